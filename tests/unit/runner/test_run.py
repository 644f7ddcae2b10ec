from __future__ import annotations

from dataclasses import replace

from stockade.core.limits import Limits
from stockade.core.submission import File, Submission, Variable
from stockade.languages.c import C
from stockade.languages.javascript import JAVASCRIPT
from stockade.languages.python import PYTHON
from stockade.runner.command import BASE_ENV
from stockade.runner.run import run_step

FILES = (File(name="main.py", content=b"1"), File(name="data/in.txt", content=b"2"))
SUBMISSION = Submission(
    language="python",
    files=FILES,
    entry="main.py",
    stdin=b"input",
    args=("--fast", "{entry}"),
    limits=Limits(cpu_time_s=2.0),
)


def test_a_script_is_run_as_one_would_type_it() -> None:
    step = run_step(PYTHON, SUBMISSION)

    assert step.command.argv[:2] == ("/usr/bin/python3", "main.py")
    assert step.command.stdin == b"input"
    assert step.command.env == BASE_ENV
    assert (step.limits, step.files, step.program) == (SUBMISSION.limits, FILES, ())


def test_arguments_of_the_client_are_passed_on_as_they_are() -> None:
    assert run_step(PYTHON, SUBMISSION).command.argv[2:] == ("--fast", "{entry}")


def test_a_compiled_program_is_run_beside_the_files_of_the_submission() -> None:
    program = (File(name="a.out", content=b"\x7fELF", executable=True),)

    step = run_step(C, SUBMISSION, program)

    assert step.command.argv[0] == "/program/a.out"
    assert (step.files, step.program) == (FILES, program)


def test_the_client_s_variables_win_over_the_language_s_and_those_over_the_base() -> None:
    client = (Variable(name="UV_USE_IO_URING", value="1"), Variable(name="LANG", value="C"))

    env = run_step(JAVASCRIPT, replace(SUBMISSION, env=client)).command.env

    assert {variable.name: variable.value for variable in env} == {
        **{variable.name: variable.value for variable in BASE_ENV},
        "UV_USE_IO_URING": "1",
        "LANG": "C",
    }
