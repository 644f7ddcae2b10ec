"""What every sandbox promises, as far as it shows from outside: what boxes are, not how they run.

What real programs meet inside a box is claimed in ``test_sandbox_programs``.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest

from stockade.core.errors import SandboxError
from stockade.core.limits import Limits
from stockade.core.ports import Sandbox
from stockade.core.run import Ending
from stockade.core.step import Command, Step, StepOutcome
from stockade.sandbox.cells.backend import CellsSandbox
from stockade.sandbox.fake import FakeSandbox, exited

pytestmark = pytest.mark.anyio

Opener = Callable[[int], AbstractAsyncContextManager[Sandbox]]

LIMITS = Limits(cpu_time_s=2.0, wall_time_s=20.0, memory_bytes=128 * 1024 * 1024)
TRUE = Step(command=Command(argv=("/bin/true",)), limits=LIMITS)
SLEEP = Step(command=Command(argv=("/bin/sleep", "60")), limits=LIMITS)
MISSING = Step(command=Command(argv=("/no/such/program",)), limits=LIMITS)


def imitate(step: Step) -> StepOutcome:
    if step == MISSING:
        raise SandboxError("no such file")
    return exited()


@asynccontextmanager
async def open_fake(slots: int) -> AsyncIterator[Sandbox]:
    sandbox = FakeSandbox(imitate, slots=slots)
    sandbox.hold(lambda step: step == SLEEP)
    yield sandbox
    await sandbox.close()


@asynccontextmanager
async def open_cells(slots: int) -> AsyncIterator[Sandbox]:
    async with CellsSandbox.open(slots=slots) as sandbox:
        yield sandbox


@pytest.fixture(params=[open_fake, open_cells], ids=["fake", "cells"])
def open_sandbox(request: pytest.FixtureRequest) -> Opener:
    if request.param is open_cells and os.geteuid() != 0:
        pytest.skip("the cells sandbox needs root")
    opener: Opener = request.param
    return opener


async def outcome_of(sandbox: Sandbox, step: Step) -> StepOutcome:
    async with asyncio.timeout(30), sandbox.box(step) as box:
        return await box.outcome()


async def test_it_says_who_it_is_and_how_many_slots_it_has(open_sandbox: Opener) -> None:
    async with open_sandbox(3) as sandbox:
        assert sandbox.slots == 3
        assert sandbox.isolation.backend in {"fake", "cells"}


async def test_a_step_ends_with_its_outcome(open_sandbox: Opener) -> None:
    async with open_sandbox(1) as sandbox:
        outcome = await outcome_of(sandbox, TRUE)

    assert outcome.run.is_success
    assert outcome.files == ()


async def test_the_outcome_may_be_asked_for_again(open_sandbox: Opener) -> None:
    async with open_sandbox(1) as sandbox, asyncio.timeout(30), sandbox.box(TRUE) as box:
        assert await box.outcome() == await box.outcome()


async def test_what_cannot_be_started_is_our_fault_and_costs_no_slot(open_sandbox: Opener) -> None:
    async with open_sandbox(1) as sandbox:
        for _ in range(3):
            with pytest.raises(SandboxError):
                await outcome_of(sandbox, MISSING)

        assert (await outcome_of(sandbox, TRUE)).run.is_success


async def test_a_cancelled_step_ends_as_cancelled(open_sandbox: Opener) -> None:
    async with open_sandbox(1) as sandbox, asyncio.timeout(30), sandbox.box(SLEEP) as box:
        box.cancel()
        box.cancel()

        run = (await box.outcome()).run

    assert (run.ending, run.exit_code, run.signal) == (Ending.CANCELLED, None, None)


async def test_a_step_that_ended_cannot_be_cancelled(open_sandbox: Opener) -> None:
    async with open_sandbox(1) as sandbox, asyncio.timeout(30), sandbox.box(TRUE) as box:
        first = await box.outcome()
        box.cancel()

        assert await box.outcome() == first


async def test_leaving_kills_what_is_left_and_frees_the_slot(open_sandbox: Opener) -> None:
    async with open_sandbox(1) as sandbox:
        async with sandbox.box(SLEEP):
            pass

        assert (await outcome_of(sandbox, TRUE)).run.is_success


async def test_a_caller_that_goes_away_leaves_no_box_behind(open_sandbox: Opener) -> None:
    async with open_sandbox(1) as sandbox:
        caller = asyncio.create_task(outcome_of(sandbox, SLEEP))
        await asyncio.sleep(0.05)

        caller.cancel()
        with pytest.raises(asyncio.CancelledError):
            await caller

        assert (await outcome_of(sandbox, TRUE)).run.is_success


async def test_more_steps_than_slots_wait_for_their_turn(open_sandbox: Opener) -> None:
    async with open_sandbox(2) as sandbox, asyncio.timeout(30):
        async with sandbox.box(SLEEP) as first, sandbox.box(SLEEP):
            third = asyncio.create_task(outcome_of(sandbox, TRUE))
            await asyncio.sleep(0.1)
            assert not third.done()

            first.cancel()
            await first.outcome()
        assert (await third).run.is_success


async def test_many_steps_at_once_all_end(open_sandbox: Opener) -> None:
    async with open_sandbox(2) as sandbox, asyncio.TaskGroup() as tasks:
        steps = [tasks.create_task(outcome_of(sandbox, TRUE)) for _ in range(20)]
        outcomes = [await step for step in steps]

    assert all(outcome.run.is_success for outcome in outcomes)


async def test_one_that_gives_up_waiting_takes_no_slot(open_sandbox: Opener) -> None:
    async with open_sandbox(1) as sandbox:
        async with sandbox.box(SLEEP):
            waiting = asyncio.create_task(outcome_of(sandbox, TRUE))
            await asyncio.sleep(0)
            waiting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await waiting

        assert (await outcome_of(sandbox, TRUE)).run.is_success


async def test_closing_loses_what_runs_by_our_fault(open_sandbox: Opener) -> None:
    async with open_sandbox(1) as sandbox, asyncio.timeout(30):
        async with sandbox.box(SLEEP) as box:
            await sandbox.close()

            with pytest.raises(SandboxError):
                await box.outcome()
        with pytest.raises(SandboxError):
            await outcome_of(sandbox, TRUE)


async def test_closing_refuses_those_that_wait_for_a_slot(open_sandbox: Opener) -> None:
    async with open_sandbox(1) as sandbox, asyncio.timeout(30):
        async with sandbox.box(SLEEP):
            waiting = asyncio.create_task(outcome_of(sandbox, TRUE))
            await asyncio.sleep(0)
            await sandbox.close()

        with pytest.raises(SandboxError):
            await waiting
