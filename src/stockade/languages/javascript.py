"""JavaScript on Node.js."""

from __future__ import annotations

from stockade.core.submission import File, Variable
from stockade.core.verdict import Verdict
from stockade.languages.base import ENTRY, Language, Reference, Tool

JAVASCRIPT = Language(
    id="javascript",
    name="JavaScript",
    extensions=(".js", ".mjs", ".cjs"),
    source_name="main.js",
    tool=Tool(
        path="/usr/bin/node",
        version_argv=("/usr/bin/node", "--version"),
        package="nodejs",
    ),
    run=("/usr/bin/node", ENTRY),
    # The sandbox refuses io_uring, which has a long record of kernel holes; Node need not try it.
    env=(Variable(name="UV_USE_IO_URING", value="0"),),
    references=(
        Reference(name="hello", source='console.log("Hello, world!");\n', stdout="Hello, world!\n"),
        Reference(
            name="echo",
            source="process.stdin.pipe(process.stdout);\n",
            stdin="one\ntwo £\n",
            stdout="one\ntwo £\n",
        ),
        Reference(
            name="runtime_error",
            source='throw new Error("no");\n',
            verdict=Verdict.RUNTIME_ERROR,
        ),
        Reference(
            name="folders",
            source='console.log(require("./lib/greeting.js").text());\n',
            files=(File(name="lib/greeting.js", content=b'exports.text = () => "from lib";\n'),),
            stdout="from lib\n",
        ),
    ),
)
