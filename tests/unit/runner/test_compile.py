from __future__ import annotations

from stockade.core.limits import Limits
from stockade.core.submission import File, Submission, Variable
from stockade.languages.c import C
from stockade.languages.python import PYTHON
from stockade.runner.command import BASE_ENV
from stockade.runner.compile import compile_step, settle_compile
from stockade.sandbox.fake import exited

SOURCE = File(name="main.c", content=b"int main() {}")
SUBMISSION = Submission(
    language="c",
    files=(SOURCE,),
    entry="main.c",
    stdin=b"secret",
    env=(Variable(name="CPATH", value="/workspace"),),
    compile_limits=Limits(cpu_time_s=7.0),
)


def test_an_interpreted_language_has_no_compile_step() -> None:
    assert compile_step(PYTHON, SUBMISSION) is None


def test_a_compile_step_has_its_own_limits_and_wants_the_program_back() -> None:
    step = compile_step(C, SUBMISSION)

    assert step is not None
    assert step.limits == SUBMISSION.compile_limits
    assert (step.files, step.program, step.collect) == ((SOURCE,), (), ("a.out",))
    assert step.command.argv[0] == "/usr/bin/gcc"
    assert "main.c" in step.command.argv


def test_a_compiler_gets_neither_the_client_s_variables_nor_the_input() -> None:
    step = compile_step(C, SUBMISSION)

    assert step is not None
    assert (step.command.env, step.command.stdin) == (BASE_ENV, b"")


def test_what_was_compiled_is_the_program() -> None:
    made = File(name="a.out", content=b"\x7fELF", executable=True)
    compiled = exited(files=(made,))

    assert settle_compile(C, compiled) == compiled


def test_a_compiler_that_leaves_nothing_has_failed() -> None:
    settled = settle_compile(C, exited())

    assert not settled.run.is_success
    assert settled.run.stderr.data.endswith(b"The compiler left no a.out.\n")
