"""The double does what tests of other modules rely on."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from stockade.core.errors import SandboxError
from stockade.core.limits import DEFAULT_LIMITS
from stockade.core.run import Ending
from stockade.core.step import Command, Step, StepOutcome
from stockade.sandbox.fake import FakeSandbox, ended, exited

pytestmark = pytest.mark.anyio

STEP = Step(command=Command(argv=("/bin/true",)), limits=DEFAULT_LIMITS, collect=("program",))


async def outcome_of(sandbox: FakeSandbox, step: Step = STEP) -> StepOutcome:
    async with sandbox.box(step) as box:
        return await box.outcome()


async def test_a_step_is_recorded_and_ends_cleanly_with_its_files() -> None:
    sandbox = FakeSandbox()

    outcome = await outcome_of(sandbox)

    assert sandbox.steps == [STEP]
    assert outcome.run.is_success
    assert [file.name for file in outcome.files] == ["program"]


async def test_the_script_sees_the_step_and_decides_the_outcome() -> None:
    sandbox = FakeSandbox(lambda step: exited(3, stdout=step.command.argv[0].encode()))

    outcome = await outcome_of(sandbox)

    assert (outcome.run.exit_code, outcome.run.stdout.data) == (3, b"/bin/true")


async def test_answers_are_played_in_order_and_faults_are_raised() -> None:
    killed = ended(Ending.SIGNALLED, signal="SIGSEGV")
    sandbox = FakeSandbox.playing(killed, SandboxError("no box"))

    assert await outcome_of(sandbox) == killed
    with pytest.raises(SandboxError, match="no box"):
        await outcome_of(sandbox)
    assert sandbox.busy == 0


async def test_a_held_step_lasts_until_it_is_released() -> None:
    sandbox = FakeSandbox()
    sandbox.hold()
    async with asyncio.TaskGroup() as tasks:
        waiting = tasks.create_task(outcome_of(sandbox))
        await sandbox.started(1)
        assert (waiting.done(), sandbox.busy) == (False, 1)

        sandbox.release()

    assert waiting.result().run.is_success


async def test_one_kind_of_step_may_be_held_while_others_end() -> None:
    sandbox = FakeSandbox()
    sandbox.hold(lambda step: bool(step.collect))
    async with sandbox.box(STEP):
        outcome = await outcome_of(sandbox, replace(STEP, collect=()))

    assert outcome.run.is_success


async def test_a_cancelled_step_ends_as_cancelled_once_and_for_all() -> None:
    sandbox = FakeSandbox()
    sandbox.hold()
    async with sandbox.box(STEP) as box:
        box.cancel()
        sandbox.release()

        outcome = await box.outcome()

    assert outcome.run.ending is Ending.CANCELLED


async def test_closing_loses_what_runs_and_refuses_what_comes() -> None:
    sandbox = FakeSandbox()
    sandbox.hold()
    async with sandbox.box(STEP) as box:
        await sandbox.close()

        with pytest.raises(SandboxError):
            await box.outcome()

    with pytest.raises(SandboxError):
        await outcome_of(sandbox)
