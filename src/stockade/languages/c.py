"""C by gcc.

* ``gnu17``, not ``c17``: without the GNU names ``M_PI``, ``strdup`` and ``getline`` are missing, on
  which half of all submissions rely.
* ``ONLINE_JUDGE`` is the name by which programs know that they are not at home.
* ``-I.`` lets files in sub-folders include from the top.
* Linked dynamically: ``-static`` saves 0.3 ms of each run and costs 20 ms of the compile.
* No ``-pipe``: it made no measurable difference. No colour: gcc leaves it out of a pipe.
"""

from __future__ import annotations

from stockade.core.step import PROGRAM_DIR
from stockade.core.submission import File
from stockade.core.verdict import Verdict
from stockade.languages.base import SOURCES, Language, Reference, Tool

C = Language(
    id="c",
    name="C",
    extensions=(".c",),
    source_name="main.c",
    tool=Tool(
        path="/usr/bin/gcc",
        version_argv=("/usr/bin/gcc", "-dumpfullversion"),
        package="gcc libc6-dev",
    ),
    # Libraries come after the sources: the linker looks into each one only once, in order.
    compile=("/usr/bin/gcc", "-O2", "-std=gnu17", "-Wall", "-DONLINE_JUDGE", "-I.", SOURCES, "-lm"),
    # gcc's own name for what it makes; a folder of the client's is hardly ever called so.
    makes=("a.out",),
    run=(f"{PROGRAM_DIR}/a.out",),
    references=(
        Reference(
            name="hello",
            source='#include <stdio.h>\n\nint main(void) { puts("Hello, world!"); }\n',
            stdout="Hello, world!\n",
        ),
        Reference(
            name="echo",
            source="#include <stdio.h>\n\n"
            "int main(void) { for (int c; (c = getchar()) != EOF;) putchar(c); }\n",
            stdin="one\ntwo £\n",
            stdout="one\ntwo £\n",
        ),
        Reference(
            name="compile_error",
            source="int main(void) { return missing; }\n",
            verdict=Verdict.COMPILE_ERROR,
        ),
        Reference(
            name="runtime_error",
            source="#include <stdlib.h>\n\nint main(void) { abort(); }\n",
            verdict=Verdict.RUNTIME_ERROR,
        ),
        Reference(
            name="folders",
            source='#include <math.h>\n#include <stdio.h>\n#include "lib/greeting.h"\n\n'
            'int main(int argc, char **argv) { printf("%s %.0f\\n", text(), sqrt(argc)); }\n',
            files=(
                File(name="lib/greeting.h", content=b"const char *text(void);\n"),
                File(
                    name="lib/greeting.c",
                    content=b'#include "lib/greeting.h"\n\n'
                    b'const char *text(void) { return "from lib"; }\n',
                ),
            ),
            stdout="from lib 1\n",
        ),
    ),
)
