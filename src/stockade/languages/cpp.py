"""C++ by g++. The options are those of C, and for the same reasons."""

from __future__ import annotations

from stockade.core.step import PROGRAM_DIR
from stockade.core.submission import File
from stockade.core.verdict import Verdict
from stockade.languages.base import SOURCES, Language, Reference, Tool

CPP = Language(
    id="cpp",
    name="C++",
    extensions=(".cpp", ".cc", ".cxx"),
    source_name="main.cpp",
    tool=Tool(
        path="/usr/bin/g++",
        version_argv=("/usr/bin/g++", "-dumpfullversion"),
        package="g++",
    ),
    # The maths library is libstdc++'s own dependency.
    compile=("/usr/bin/g++", "-O2", "-std=gnu++20", "-Wall", "-DONLINE_JUDGE", "-I.", SOURCES),
    makes=("a.out",),
    run=(f"{PROGRAM_DIR}/a.out",),
    references=(
        Reference(
            name="hello",
            source="#include <iostream>\n\n"
            'int main() { std::cout << "Hello, world!" << std::endl; }\n',
            stdout="Hello, world!\n",
        ),
        Reference(
            name="echo",
            source="#include <iostream>\n\nint main() { std::cout << std::cin.rdbuf(); }\n",
            stdin="one\ntwo £\n",
            stdout="one\ntwo £\n",
        ),
        Reference(
            name="compile_error",
            source="int main() { return missing; }\n",
            verdict=Verdict.COMPILE_ERROR,
        ),
        Reference(
            name="runtime_error",
            source="#include <vector>\n\nint main() { std::vector<int>().at(7); }\n",
            verdict=Verdict.RUNTIME_ERROR,
        ),
        Reference(
            name="folders",
            source='#include <iostream>\n#include "lib/greeting.hpp"\n\n'
            'int main() { std::cout << text() << "\\n"; }\n',
            files=(
                File(name="lib/greeting.hpp", content=b"#include <string>\nstd::string text();\n"),
                File(
                    name="lib/greeting.cpp",
                    content=b'#include "lib/greeting.hpp"\n\n'
                    b'std::string text() { return "from lib"; }\n',
                ),
            ),
            stdout="from lib\n",
        ),
    ),
)
