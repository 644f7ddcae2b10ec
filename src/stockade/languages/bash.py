"""Bash, with the ordinary commands of the box's root beside it."""

from __future__ import annotations

from stockade.core.submission import File
from stockade.core.verdict import Verdict
from stockade.languages.base import ENTRY, Language, Reference, Tool

BASH = Language(
    id="bash",
    name="Bash",
    extensions=(".sh", ".bash"),
    source_name="main.sh",
    tool=Tool(path="/bin/bash", version_argv=("/bin/bash", "--version"), package="bash"),
    run=("/bin/bash", ENTRY),
    references=(
        Reference(name="hello", source='echo "Hello, world!"\n', stdout="Hello, world!\n"),
        Reference(name="echo", source="cat\n", stdin="one\ntwo £\n", stdout="one\ntwo £\n"),
        Reference(name="runtime_error", source="exit 3\n", verdict=Verdict.RUNTIME_ERROR),
        Reference(
            name="folders",
            source="source lib/greeting.sh\ntext\n",
            files=(File(name="lib/greeting.sh", content=b"text() { echo from lib; }\n"),),
            stdout="from lib\n",
        ),
    ),
)
