"""What the tests of cells share: one real sandbox a module, and a way to run a shell in it."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator

import pytest

from stockade.sandbox.cells.backend import CellsSandbox


@pytest.fixture(scope="module")
async def cells() -> AsyncIterator[CellsSandbox]:
    """Two slots, so that neighbours exist."""
    if os.geteuid() != 0:
        pytest.skip("the cells sandbox needs root")
    async with CellsSandbox.open(slots=2) as sandbox:
        yield sandbox
