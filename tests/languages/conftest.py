"""A real sandbox, and what runs in it."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator

import pytest

from stockade.core.ports import Sandbox
from stockade.languages import LANGUAGES
from stockade.languages.base import Catalogue
from stockade.runner.probe import find_runtimes
from stockade.sandbox.cells.backend import CellsSandbox


@pytest.fixture(params=["cells"], scope="session")
async def sandbox(request: pytest.FixtureRequest) -> AsyncIterator[Sandbox]:
    if os.geteuid() != 0:
        pytest.skip(f"the {request.param} sandbox needs root")
    async with CellsSandbox.open(slots=2) as cells:
        yield cells


@pytest.fixture(scope="session")
async def catalogue(sandbox: Sandbox) -> Catalogue:
    return await find_runtimes(sandbox, LANGUAGES)
