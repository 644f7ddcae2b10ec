"""What becomes of boxes when those that hold them are killed; and that nothing is ever left."""

from __future__ import annotations

import asyncio
import os
import select
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from stockade.core.errors import SandboxError
from stockade.core.limits import Limits
from stockade.core.run import Ending
from stockade.core.step import Command, Step, StepOutcome
from stockade.sandbox.cells.backend import CellsBox, CellsSandbox
from stockade.sandbox.cells.warden import identity

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(os.geteuid() != 0, reason="the cells sandbox needs root"),
]

LIMITS = Limits(cpu_time_s=5.0, wall_time_s=60.0)
TRUE = Step(command=Command(argv=("/bin/true",)), limits=LIMITS)
SLEEP = Step(command=Command(argv=("/bin/sleep", "50")), limits=LIMITS)
# Leaves processes behind that do not go by themselves.
SPAWN = Step(
    command=Command(argv=("/bin/sh", "-c", "setsid sleep 50 & setsid sleep 50 & sleep 50")),
    limits=LIMITS,
)
PATIENCE_S = 30.0


async def outcome_of(sandbox: CellsSandbox, step: Step = TRUE) -> StepOutcome:
    async with asyncio.timeout(PATIENCE_S), sandbox.box(step) as box:
        return await box.outcome()


@asynccontextmanager
async def busy(sandbox: CellsSandbox, step: Step = SLEEP) -> AsyncIterator[list[CellsBox]]:
    """Every slot with a box in it whose program runs."""
    async with asyncio.timeout(2 * PATIENCE_S), AsyncExitStack() as stack:
        boxes = [await stack.enter_async_context(sandbox.box(step)) for _ in range(sandbox.slots)]
        while not all(map(has_program, cells_of(sandbox))):  # noqa: ASYNC110 - nobody would tell us
            await asyncio.sleep(0.01)
        yield boxes


# The processes of a sandbox


def children_of(pid: int) -> list[int]:
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return []
    return [int(word) for word in text.split()]


def descendants_of(pid: int) -> Iterator[int]:
    for child in children_of(pid):
        yield child
        yield from descendants_of(child)


def keeper_of(sandbox: CellsSandbox) -> int:
    return sandbox._warden.pid


def warden_of(sandbox: CellsSandbox) -> int:
    [warden] = children_of(keeper_of(sandbox))
    return warden


def cells_of(sandbox: CellsSandbox) -> list[int]:
    return children_of(warden_of(sandbox))


def cell_of(sandbox: CellsSandbox, slot: int) -> int:
    owner = identity.host_id(slot, 0)
    [cell] = [pid for pid in cells_of(sandbox) if Path(f"/proc/{pid}").stat().st_uid == owner]
    return cell


def has_program(cell: int) -> bool:
    return any(command_of(pid) in ("sleep", "sh") for pid in descendants_of(cell))


def command_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except (FileNotFoundError, ProcessLookupError):
        return ""


class Watched:
    """Processes that are to die, named by descriptors: a pid might be another's by then."""

    def __init__(self, pids: list[int]) -> None:
        self._pidfds = [os.pidfd_open(pid) for pid in pids]

    def __len__(self) -> int:
        return len(self._pidfds)

    async def all_died(self) -> bool:
        return all([await asyncio.to_thread(self._died, pidfd) for pidfd in self._pidfds])

    @staticmethod
    def _died(pidfd: int) -> bool:
        dead = bool(select.select([pidfd], [], [], PATIENCE_S)[0])
        os.close(pidfd)
        return dead


def everything_of(sandbox: CellsSandbox) -> Watched:
    return Watched(list(descendants_of(keeper_of(sandbox))))


def groups_of(keeper: int) -> list[Path]:
    return list(Path("/sys/fs/cgroup").rglob(f"stockade-{keeper}-*"))


# Deaths


async def test_a_cell_that_is_killed_takes_its_own_box_and_is_replaced() -> None:
    async with CellsSandbox.open(slots=2) as sandbox, busy(sandbox) as boxes:
        lost, other = boxes
        cell = Watched([cell_of(sandbox, lost.slot)])
        os.kill(cell_of(sandbox, lost.slot), signal.SIGKILL)

        with pytest.raises(SandboxError):
            await lost.outcome()

        assert await cell.all_died()
        # The slot works again, beside the one that never stopped working.
        assert (await outcome_of(sandbox)).run.is_success
        other.cancel()
        assert (await other.outcome()).run.ending is Ending.CANCELLED


async def test_an_idle_cell_that_is_killed_costs_nobody_a_box() -> None:
    async with CellsSandbox.open(slots=1) as sandbox:
        assert (await outcome_of(sandbox)).run.is_success
        first = cell_of(sandbox, 0)
        cell = Watched([first])

        os.kill(first, signal.SIGKILL)
        assert await cell.all_died()

        assert (await outcome_of(sandbox)).run.is_success
        assert cell_of(sandbox, 0) != first


async def test_a_killed_init_is_our_fault_not_the_programs() -> None:
    async with CellsSandbox.open(slots=1) as sandbox, busy(sandbox) as [box]:
        [init] = children_of(cell_of(sandbox, 0))

        os.kill(init, signal.SIGKILL)

        with pytest.raises(SandboxError):
            await box.outcome()
        assert (await outcome_of(sandbox)).run.is_success


async def test_a_warden_that_is_killed_takes_all_boxes_and_is_replaced() -> None:
    async with CellsSandbox.open(slots=2) as sandbox, busy(sandbox, SPAWN) as boxes:
        before = warden_of(sandbox)
        held = everything_of(sandbox)
        os.kill(before, signal.SIGKILL)

        for box in boxes:
            with pytest.raises(SandboxError):
                await box.outcome()

        assert await held.all_died()
        for _ in range(4):
            assert (await outcome_of(sandbox)).run.is_success
        assert warden_of(sandbox) != before


# Not strict: whether the new warden gets to read the request is a matter of luck.
async def test_what_is_asked_for_while_there_is_no_warden_blocks_no_slot() -> None:
    async with CellsSandbox.open(slots=2) as sandbox:
        os.kill(warden_of(sandbox), signal.SIGKILL)

        # By luck of timing these are lost with the old warden or held by the new one.
        async with asyncio.TaskGroup() as tasks:
            for _ in range(2):
                tasks.create_task(ends_or_is_lost(sandbox, SLEEP))

        for _ in range(4):
            assert (await outcome_of(sandbox)).run.is_success


async def ends_or_is_lost(sandbox: CellsSandbox, step: Step) -> None:
    async with sandbox.box(step) as box:
        try:
            async with asyncio.timeout(5.0):
                await box.outcome()
        except (SandboxError, TimeoutError):
            return


async def test_without_a_keeper_every_box_is_refused_at_once() -> None:
    async with CellsSandbox.open(slots=2) as sandbox, busy(sandbox, SPAWN) as boxes:
        held = everything_of(sandbox)
        os.kill(keeper_of(sandbox), signal.SIGKILL)

        for box in boxes:
            with pytest.raises(SandboxError):
                await box.outcome()

        for _ in range(4):
            with pytest.raises(SandboxError):
                async with asyncio.timeout(5.0), sandbox.box(TRUE):
                    pass
        assert await sandbox.lost()
        assert await held.all_died()


# What is left


async def test_closing_leaves_no_process_and_no_group() -> None:
    async with CellsSandbox.open(slots=2) as sandbox, busy(sandbox, SPAWN):
        keeper = keeper_of(sandbox)
        held = everything_of(sandbox)
        assert len(held) > 6
        assert groups_of(keeper)

    assert await held.all_died()
    assert groups_of(keeper) == []


async def test_what_a_killed_keeper_left_is_cleared_by_the_next_sandbox() -> None:
    async with CellsSandbox.open(slots=1) as sandbox, busy(sandbox, SPAWN):
        keeper = keeper_of(sandbox)
        held = everything_of(sandbox)
        assert groups_of(keeper)
        os.kill(keeper, signal.SIGKILL)
        assert await held.all_died()

    async with CellsSandbox.open(slots=1) as sandbox:
        assert (await outcome_of(sandbox)).run.is_success

        assert groups_of(keeper) == []


async def test_boxes_leave_no_descriptor_behind() -> None:
    async with CellsSandbox.open(slots=2) as sandbox:
        await outcome_of(sandbox)
        before = open_descriptors()

        for _ in range(20):
            await outcome_of(sandbox)
            async with sandbox.box(SLEEP):
                pass

        assert open_descriptors() == before


def open_descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))
