"""Boxes against bare processes, taken in turns."""

from __future__ import annotations

import asyncio
import os
import time

import uvloop

from benchmarks import bare
from benchmarks.figures import Times, line, tree_cpu_ms
from stockade.core.limits import Limits
from stockade.core.step import Command, Step
from stockade.core.submission import Variable
from stockade.sandbox.cells.backend import CellsSandbox

_ROUND = 20
_ENV = (Variable(name="PATH", value="/usr/bin:/bin"),)


async def compare(sandbox: CellsSandbox, argv: tuple[str, ...], count: int) -> tuple[Times, Times]:
    """Bare and boxed times, in rounds by turns.

    In a round one box follows another, so that what a box leaves to be done after its answer is
    charged to the boxes, not to the bare processes.
    """
    step = Step(command=Command(argv=argv, env=_ENV), limits=Limits())
    bare_ms: list[float] = []
    boxed_ms: list[float] = []
    for _ in range(count // _ROUND):
        bare_ms += bare.one_by_one(argv, _ROUND).wall_ms
        await boxed(sandbox, step)
        boxed_ms += [await boxed(sandbox, step) for _ in range(_ROUND)]
    return Times(bare_ms), Times(boxed_ms)


async def boxed(sandbox: CellsSandbox, step: Step) -> float:
    """Run a step in a box; milliseconds."""
    before = time.perf_counter()
    async with sandbox.box(step) as box:
        await box.outcome()
    return (time.perf_counter() - before) * 1000


async def cpu_ms_each(sandbox: CellsSandbox, argv: tuple[str, ...], count: int) -> float:
    """CPU time of one boxed execution, everything of ours included."""
    step = Step(command=Command(argv=argv, env=_ENV), limits=Limits())
    before = tree_cpu_ms(os.getpid())
    for _ in range(count):
        await boxed(sandbox, step)
    return (tree_cpu_ms(os.getpid()) - before) / count


async def _report(count: int) -> None:
    async with CellsSandbox.open(slots=2) as sandbox:
        bare_true, true = await compare(sandbox, bare.TRUE, count)
        over = true.median - bare_true.median
        line("/bin/true, over bare", f"{over:.2f} ms ({bare_true.median:.2f} bare)", "at most 1.5")
        bare_hello, hello = await compare(sandbox, bare.HELLO, count // 2)
        ratio = hello.median / bare_hello.median
        line(
            "python3 hello, against bare",
            f"{ratio:.2f} x ({bare_hello.median:.1f} ms bare)",
            "at most 1.25",
        )
        for name, argv in (("/bin/true", bare.TRUE), ("python3 hello", bare.HELLO)):
            own = await cpu_ms_each(sandbox, argv, count)
            line(f"{name}, CPU-ms a job", f"{own:.2f} ({bare.cpu_ms_each(argv, count):.2f} bare)")


def report(count: int = 400) -> None:
    """Measure and print."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_report(count))
