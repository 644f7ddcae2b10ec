"""The clocks of a slot: looked at in time, and exact in the end."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from stockade.core.limits import Limits
from stockade.core.run import Ending, Run
from stockade.core.step import Command, Step
from stockade.sandbox.cells.backend import CellsSandbox
from stockade.sandbox.cells.warden.conclusion import until_next_look
from stockade.sandbox.cells.warden.messages import Start

pytestmark = pytest.mark.anyio

NS = 1_000_000_000
START = Start(
    slot=0,
    box=1,
    cpu_time_s=1.0,
    wall_time_s=5.0,
    memory_bytes=1 << 26,
    processes=8,
    cpus=1.0,
    collect=[],
)
LIMITS = Limits(cpu_time_s=2.0, wall_time_s=20.0)


@pytest.mark.parametrize(
    ("cpu_time_s", "cpus", "used_ns", "seconds"),
    [
        # Far from the limit, every so often; near it, when it could be reached at the earliest.
        (1.0, 1.0, 0, 0.05),
        (1.0, 1.0, 0.9 * NS, 0.05),
        (1.0, 1.0, 0.98 * NS, 0.02),
        # Two processors use it up twice as fast; half of one is no reason to wait longer.
        (1.0, 2.0, 0.98 * NS, 0.01),
        (1.0, 0.5, 0.98 * NS, 0.02),
        # Past it, soon, but never at once: the loop has other things to do.
        (1.0, 1.0, 1.0 * NS, 0.001),
        (1.0, 1.0, 1.5 * NS, 0.001),
        (0.01, 1.0, 0, 0.01),
    ],
)
def test_the_next_look_is_when_the_time_could_be_up(
    cpu_time_s: float, cpus: float, used_ns: float, seconds: float
) -> None:
    start = START._replace(cpu_time_s=cpu_time_s, cpus=cpus)

    assert until_next_look(start, int(used_ns)) == pytest.approx(seconds)


async def run_of(cells: CellsSandbox, script: str, limits: Limits) -> Run:
    step = Step(command=Command(argv=("/bin/sh", "-c", script)), limits=limits)
    async with asyncio.timeout(60), cells.box(step) as box:
        return (await box.outcome()).run


@pytest.mark.parametrize("cpu_time_s", [0.01, 0.1, 0.5])
async def test_an_endless_loop_uses_what_it_may_and_little_more(
    cells: CellsSandbox, cpu_time_s: float
) -> None:
    run = await run_of(cells, "while :; do :; done", replace(LIMITS, cpu_time_s=cpu_time_s))

    assert run.ending is Ending.CPU_TIME_LIMIT
    assert 1000 * cpu_time_s < run.usage.cpu_ms < 1000 * cpu_time_s + 100


@pytest.mark.parametrize("wall_time_s", [0.01, 0.1, 0.5])
async def test_a_sleeper_waits_as_long_as_it_may(cells: CellsSandbox, wall_time_s: float) -> None:
    run = await run_of(cells, "sleep 20", replace(LIMITS, wall_time_s=wall_time_s))

    assert run.ending is Ending.WALL_TIME_LIMIT
    assert 1000 * wall_time_s <= run.usage.wall_ms


async def test_a_slot_serves_one_box_after_the_other_whatever_became_of_them(
    cells: CellsSandbox,
) -> None:
    limits = replace(LIMITS, cpu_time_s=0.1, wall_time_s=0.3)
    fates = {
        "exit 3": Ending.EXITED,
        "kill -SEGV $$": Ending.SIGNALLED,
        "while :; do :; done": Ending.CPU_TIME_LIMIT,
        "sleep 9": Ending.WALL_TIME_LIMIT,
    }

    for _ in range(3):
        for script, ending in fates.items():
            assert (await run_of(cells, script, limits)).ending is ending
