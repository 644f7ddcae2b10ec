"""Python: exactly ``python3 main.py``.

No option and no variable is set: hash seed, buffering, ``sys.flags`` and ``sys.path`` are those a
student gets at home. Bytecode of imported files goes to the workspace and dies with it.
"""

from __future__ import annotations

from stockade.core.submission import File
from stockade.core.verdict import Verdict
from stockade.languages.base import ENTRY, Language, Reference, Tool

PYTHON = Language(
    id="python",
    name="Python",
    extensions=(".py",),
    source_name="main.py",
    tool=Tool(
        path="/usr/bin/python3",
        version_argv=("/usr/bin/python3", "--version"),
        package="python3",
    ),
    run=("/usr/bin/python3", ENTRY),
    references=(
        Reference(name="hello", source='print("Hello, world!")\n', stdout="Hello, world!\n"),
        Reference(
            name="echo",
            source='import sys\n\nfor line in sys.stdin:\n    print(line, end="")\n',
            stdin="one\ntwo £\n",
            stdout="one\ntwo £\n",
        ),
        Reference(name="runtime_error", source="1 / 0\n", verdict=Verdict.RUNTIME_ERROR),
        Reference(
            name="folders",
            source="from lib.greeting import text\n\nprint(text())\n",
            files=(
                File(name="lib/__init__.py", content=b""),
                File(name="lib/greeting.py", content=b'def text():\n    return "from lib"\n'),
            ),
            stdout="from lib\n",
        ),
    ),
)
