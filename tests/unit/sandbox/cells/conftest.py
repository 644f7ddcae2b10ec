"""What the tests of cells share: one real sandbox a module, and a way to run a script in it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TypeAlias

import pytest

from stockade.core.limits import Limits
from stockade.core.run import Run
from stockade.core.step import Command, Step
from stockade.core.submission import File
from stockade.sandbox.cells.backend import CellsSandbox

Shell: TypeAlias = Callable[..., Awaitable[str]]

LIMITS = Limits(cpu_time_s=5.0, wall_time_s=20.0)


@pytest.fixture(scope="module")
async def cells() -> AsyncIterator[CellsSandbox]:
    """Two slots, so that neighbours exist."""
    if os.geteuid() != 0:
        pytest.skip("the cells sandbox needs root")
    async with CellsSandbox.open(slots=2) as sandbox:
        yield sandbox


@pytest.fixture
def shell(cells: CellsSandbox) -> Shell:
    """What a shell script writes in a box: ``await shell(script, *files, program=, limits=)``."""

    async def run(
        script: str, *files: File, program: tuple[File, ...] = (), limits: Limits = LIMITS
    ) -> str:
        command = Command(argv=("/bin/sh", "-c", script))
        step = Step(command=command, limits=limits, files=files, program=program)
        async with asyncio.timeout(30), cells.box(step) as box:
            ended: Run = (await box.outcome()).run
        assert ended.is_success, ended
        return ended.stdout.data.decode()

    return run
