"""Submissions of several files that are meant to lead a compiler, and us behind it, astray."""

from __future__ import annotations

import pytest

from stockade.core.job import Result
from stockade.core.limits import Limits
from stockade.core.ports import Sandbox
from stockade.core.submission import File, Submission
from stockade.core.verdict import Verdict
from stockade.engine.execution import Execution
from stockade.languages.base import Catalogue

pytestmark = pytest.mark.anyio

LIMITS = Limits(cpu_time_s=5.0, wall_time_s=20.0)
MAIN = File(name="main.c", content=b'#include <stdio.h>\nint main(void) { puts("ran"); }\n')
HEADER = File(name="main.h", content=b"int unused;\n")


async def result_of(sandbox: Sandbox, catalogue: Catalogue, entry: str, *files: File) -> Result:
    submission = Submission(
        language="c",
        files=files,
        entry=entry,
        limits=LIMITS,
        compile_limits=LIMITS,
        expected_output=b"ran\n",
    )
    return await Execution(submission, catalogue, sandbox).carry_out()


@pytest.mark.parametrize(
    "name",
    [
        "-fplugin=x.c",
        "@options.c",
        "-o.c",
        "a b$(touch x).c",
        "..c",
        "--help.c",
        "-.c",
        "; reboot.c",
    ],
)
async def test_a_name_is_never_an_option(sandbox: Sandbox, catalogue: Catalogue, name: str) -> None:
    entry = File(name=name, content=MAIN.content)

    result = await result_of(sandbox, catalogue, name, entry)

    assert result.verdict is Verdict.ACCEPTED, result


@pytest.mark.parametrize(
    "beside",
    [
        File(name="a.out", content=b"#!/bin/sh\necho forged\n", executable=True),
        File(name="stdio.h", content=b"#include_next <stdio.h>\n"),
        File(name="specs", content=b"*cc1:\n-fplugin=/workspace/x.so\n"),
        File(name="as", content=b"#!/bin/sh\necho forged >a.out\n", executable=True),
        File(name="collect2", content=b"#!/bin/sh\nexit 0\n", executable=True),
        File(name="main.h.gch", content=bytes(4096)),
        File(name="liblto_plugin.so", content=b"forged"),
    ],
    ids=lambda file: file.name,
)
async def test_a_file_beside_the_source_does_not_become_part_of_the_compiler(
    sandbox: Sandbox, catalogue: Catalogue, beside: File
) -> None:
    result = await result_of(sandbox, catalogue, MAIN.name, MAIN, beside)

    assert result.verdict is Verdict.ACCEPTED, result


async def test_a_folder_in_the_program_s_place_is_a_compile_error(
    sandbox: Sandbox, catalogue: Catalogue
) -> None:
    folder = File(name="a.out/x", content=b"")

    result = await result_of(sandbox, catalogue, MAIN.name, MAIN, folder)

    assert result.verdict is Verdict.COMPILE_ERROR


async def test_a_linker_s_script_does_not_say_where_the_program_goes(
    sandbox: Sandbox, catalogue: Catalogue
) -> None:
    script = File(name="script.ld", content=b'OUTPUT("/tmp/elsewhere")\n')

    result = await result_of(sandbox, catalogue, script.name, script, MAIN)

    assert result.verdict is Verdict.ACCEPTED, result


async def test_a_header_alone_is_no_program_in_c(sandbox: Sandbox, catalogue: Catalogue) -> None:
    result = await result_of(sandbox, catalogue, HEADER.name, HEADER)

    assert result.verdict is Verdict.COMPILE_ERROR


async def test_a_header_alone_is_no_program_in_cpp(sandbox: Sandbox, catalogue: Catalogue) -> None:
    submission = Submission(
        language="cpp", files=(HEADER,), entry=HEADER.name, compile_limits=LIMITS
    )

    result = await Execution(submission, catalogue, sandbox).carry_out()

    assert result.verdict is Verdict.COMPILE_ERROR
