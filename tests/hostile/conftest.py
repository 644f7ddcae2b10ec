"""A real sandbox, and a look at the host for anything that a box has left on it."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from stockade.core.ports import Sandbox
from stockade.languages import LANGUAGES
from stockade.languages.base import Catalogue
from stockade.runner.probe import find_runtimes
from stockade.sandbox.cells.backend import CellsSandbox
from stockade.sandbox.cells.warden import identity

_GROUPS = Path("/sys/fs/cgroup")


class Traces(NamedTuple):
    """What a job must leave as it was. ``programs`` are pids, the others counts."""

    programs: frozenset[int]
    groups: int
    mounts: int
    descriptors: int


@pytest.fixture(scope="session")
async def sandbox(anyio_backend: str) -> AsyncIterator[Sandbox]:
    """Two slots; used one step at a time, every step is in the slot of the one before it."""
    if os.geteuid() != 0:
        pytest.skip("the cells sandbox needs root")
    before = set(dict(_descendants()))
    async with CellsSandbox.open(slots=2) as cells:
        made = set(dict(_descendants())) - before
        yield cells
    assert not set(dict(_descendants())) - before
    assert not _groups_of(made)


@pytest.fixture(scope="session")
async def catalogue(sandbox: Sandbox) -> Catalogue:
    return await find_runtimes(sandbox, LANGUAGES)


@pytest.fixture
def look(sandbox: Sandbox) -> Callable[[], Traces]:
    """What is there now, of this test process and everything below it."""
    ids = {identity.host_id(slot, identity.PROGRAM_OFFSET) for slot in range(sandbox.slots)}

    def traces() -> Traces:
        family = dict(_descendants())
        return Traces(
            programs=frozenset(pid for pid, uid in family.items() if uid in ids),
            groups=len(_groups_of(set(family))),
            mounts=len(Path("/proc/self/mountinfo").read_text().splitlines()),
            descriptors=sum(1 for _ in Path("/proc/self/fd").iterdir()),
        )

    return traces


def _descendants() -> Iterator[tuple[int, int]]:
    """The pid and the uid of every process below this one."""
    people = dict(_people())
    for pid, (_, uid) in people.items():
        ancestor = pid
        while ancestor in people and ancestor != os.getpid():
            ancestor = people[ancestor][0]
        if ancestor == os.getpid() != pid:
            yield pid, uid


def _people() -> Iterator[tuple[int, tuple[int, int]]]:
    """Every process of the host, with its parent and its uid."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            lines = (folder / "status").read_text(errors="replace").splitlines()
        except (FileNotFoundError, ProcessLookupError):
            continue
        fields = {name: value.split() for name, _, value in (line.partition(":") for line in lines)}
        yield int(folder.name), (int(fields["PPid"][0]), int(fields["Uid"][0]))


def _groups_of(pids: set[int]) -> list[Path]:
    """The control groups of the wardens among these processes, and all that is below them."""
    ours = [
        group
        for pattern in ("stockade-*", "*/stockade-*", "*/*/stockade-*")
        for group in _GROUPS.glob(pattern)
        if group.name.split("-")[1] in map(str, pids)
    ]
    return [Path(path) for group in ours for path, _, _ in os.walk(group)]
