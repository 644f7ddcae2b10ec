from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from stockade.core.errors import SandboxError
from stockade.core.job import Result
from stockade.core.run import Ending
from stockade.core.step import Step, StepOutcome
from stockade.core.submission import File, Submission
from stockade.core.verdict import Verdict
from stockade.engine.execution import SHORT_OUTPUT_BYTES, Execution
from stockade.languages.base import Catalogue, Runtime
from stockade.languages.c import C
from stockade.languages.python import PYTHON
from stockade.sandbox.fake import FakeSandbox, exited

pytestmark = pytest.mark.anyio

CATALOGUE = Catalogue.of(
    Runtime(language=PYTHON, version="3.11.2"), Runtime(language=C, version="12.2.0")
)
SCRIPT = Submission(language="python", files=(File(name="main.py", content=b""),), entry="main.py")
SOURCE = Submission(language="c", files=(File(name="main.c", content=b""),), entry="main.c")
PROGRAM = File(name="a.out", content=b"\x7fELF", executable=True)


def execution(sandbox: FakeSandbox, submission: Submission = SCRIPT) -> Execution:
    return Execution(submission, CATALOGUE, sandbox)


async def cancelled_in_its_first_step(sandbox: FakeSandbox, submission: Submission) -> Result:
    sandbox.hold()
    job = execution(sandbox, submission)
    async with asyncio.timeout(10), asyncio.TaskGroup() as tasks:
        result = tasks.create_task(job.carry_out())
        await sandbox.started(1)
        job.cancel()
    return result.result()


class CancelledTooLate:
    """A job whose first step has ended by the time that it is cancelled."""

    def __init__(self, submission: Submission, outcome: StepOutcome) -> None:
        self.sandbox = FakeSandbox(self._cancel_and_answer)
        self.job = execution(self.sandbox, submission)
        self._outcome = outcome

    def _cancel_and_answer(self, _step: Step) -> StepOutcome:
        self.job.cancel()
        return self._outcome


async def test_a_script_is_run_in_one_step_and_judged() -> None:
    sandbox = FakeSandbox.playing(exited(stdout=b"42\n"))

    result = await execution(sandbox, replace(SCRIPT, expected_output=b"42")).carry_out()

    assert (result.verdict, result.compile) == (Verdict.ACCEPTED, None)
    assert result.run == exited(stdout=b"42\n").run
    assert result.isolation == sandbox.isolation
    assert len(sandbox.steps) == 1


async def test_what_the_compile_step_made_is_the_program_of_the_run_step() -> None:
    sandbox = FakeSandbox.playing(exited(files=(PROGRAM,)), exited(3))

    result = await execution(sandbox, SOURCE).carry_out()

    assert (result.verdict, result.compile) == (Verdict.RUNTIME_ERROR, exited().run)
    assert [step.program for step in sandbox.steps] == [(), (PROGRAM,)]


async def test_what_does_not_compile_is_not_run() -> None:
    sandbox = FakeSandbox.playing(exited(1, stderr=b"main.c:1: error"))

    result = await execution(sandbox, SOURCE).carry_out()

    assert (result.verdict, result.run) == (Verdict.COMPILE_ERROR, None)
    assert result.compile is not None
    assert result.compile.stderr.data == b"main.c:1: error"


async def test_a_long_output_is_compared_to_its_end() -> None:
    output = b"1\n" * SHORT_OUTPUT_BYTES
    sandbox = FakeSandbox.playing(exited(stdout=output + b"2\n"), exited(stdout=output + b"3\n"))
    submission = replace(SCRIPT, expected_output=output + b"2")

    verdicts = [(await execution(sandbox, submission).carry_out()).verdict for _ in range(2)]

    assert verdicts == [Verdict.ACCEPTED, Verdict.WRONG_ANSWER]


@pytest.mark.parametrize(("submission", "steps"), [(SCRIPT, 1), (SOURCE, 2)])
async def test_a_fault_of_ours_is_raised_and_no_verdict(submission: Submission, steps: int) -> None:
    answers = (exited(files=(PROGRAM,)), SandboxError("the cell died"))

    with pytest.raises(SandboxError, match="the cell died"):
        await execution(FakeSandbox.playing(*answers[-steps:]), submission).carry_out()


@pytest.mark.parametrize(
    "catalogue",
    [Catalogue.of(), Catalogue.of(Runtime(language=PYTHON, version=None, missing="no python3"))],
)
async def test_a_language_that_this_worker_lacks_is_our_fault(catalogue: Catalogue) -> None:
    with pytest.raises(SandboxError, match="cannot run python"):
        await Execution(SCRIPT, catalogue, FakeSandbox()).carry_out()


async def test_cancelled_in_its_run_it_keeps_what_there_is() -> None:
    sandbox = FakeSandbox()

    result = await cancelled_in_its_first_step(sandbox, SCRIPT)

    assert (result.verdict, result.compile) == (None, None)
    assert result.run is not None
    assert result.run.ending is Ending.CANCELLED
    assert sandbox.busy == 0


async def test_cancelled_while_it_compiles_it_is_never_run() -> None:
    sandbox = FakeSandbox()

    result = await cancelled_in_its_first_step(sandbox, SOURCE)

    assert (result.verdict, result.run) == (None, None)
    assert result.compile is not None
    assert result.compile.ending is Ending.CANCELLED
    assert len(sandbox.steps) == 1


async def test_cancelled_while_it_waits_for_a_slot_it_is_never_started() -> None:
    sandbox = FakeSandbox(slots=1)
    sandbox.hold()
    other, job = execution(sandbox), execution(sandbox)
    async with asyncio.timeout(10), asyncio.TaskGroup() as tasks:
        other_result = tasks.create_task(other.carry_out())
        await sandbox.started(1)
        waiting = tasks.create_task(job.carry_out())
        await asyncio.sleep(0)

        job.cancel()
        result = await waiting
        sandbox.release()

    assert (result.verdict, result.compile, result.run) == (None, None, None)
    assert other_result.result().verdict is Verdict.ACCEPTED
    assert len(sandbox.steps) == 1


async def test_cancelled_before_it_began_it_starts_nothing() -> None:
    sandbox = FakeSandbox()
    job = execution(sandbox, SOURCE)
    job.cancel()

    result = await job.carry_out()

    assert (result.verdict, result.compile, result.run) == (None, None, None)
    assert sandbox.steps == []


async def test_cancelled_between_its_steps_it_starts_no_more() -> None:
    compiled = exited(files=(PROGRAM,))
    late = CancelledTooLate(SOURCE, compiled)

    result = await late.job.carry_out()

    assert (result.verdict, result.compile, result.run) == (None, compiled.run, None)
    assert len(late.sandbox.steps) == 1


async def test_cancelled_in_the_moment_in_which_its_box_is_ready_it_is_killed() -> None:
    late = CancelledTooLate(SCRIPT, exited(3))
    late.sandbox.hold()

    async with asyncio.timeout(10):
        result = await late.job.carry_out()

    assert result.run is not None
    assert result.run.ending is Ending.CANCELLED


async def test_what_had_ended_before_the_cancel_is_judged_as_ever() -> None:
    late = CancelledTooLate(SCRIPT, exited(3))

    result = await late.job.carry_out()

    assert result.verdict is Verdict.RUNTIME_ERROR


async def test_a_second_cancel_changes_nothing() -> None:
    sandbox = FakeSandbox()
    sandbox.hold()
    job = execution(sandbox)
    async with asyncio.timeout(10), asyncio.TaskGroup() as tasks:
        result = tasks.create_task(job.carry_out())
        await sandbox.started(1)
        job.cancel()
        job.cancel()
    job.cancel()

    assert result.result().verdict is None


async def test_the_end_of_the_whole_task_is_no_cancel_of_the_job() -> None:
    sandbox = FakeSandbox(slots=1)
    sandbox.hold()
    tasks = [asyncio.create_task(execution(sandbox).carry_out()) for _ in range(2)]
    await sandbox.started(1)

    for task in tasks:
        task.cancel()
    ends = await asyncio.gather(*tasks, return_exceptions=True)

    assert [type(end) for end in ends] == [asyncio.CancelledError] * 2
    assert sandbox.busy == 0
