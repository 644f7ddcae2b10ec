"""Every adapter of the store and the queue, as pairs that share their jobs."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Protocol, TypeAlias

import pytest

from stockade.core.job import Job, JobState
from stockade.core.limits import Limits
from stockade.core.ports import Queue, Store
from stockade.core.submission import File, Submission, Variable
from stockade.database.clock import FakeClock
from stockade.database.memory import MemoryJobs
from stockade.database.sqlite import open_database
from stockade.queue.memory import MemoryQueue
from stockade.queue.table import TableQueue
from stockade.queue.terms import Announce, Terms, to_nobody
from stockade.store.memory import MemoryStore
from stockade.store.sqlite import SqliteStore


class MakeQueue(Protocol):
    """A queue on these terms, which announces what it settles itself."""

    def __call__(self, terms: Terms, announce: Announce = to_nobody) -> Queue: ...


Backend: TypeAlias = tuple[Store, MakeQueue]
OpenBackend: TypeAlias = Callable[[Path, FakeClock], AbstractAsyncContextManager[Backend]]


@asynccontextmanager
async def open_memory(_folder: Path, clock: FakeClock) -> AsyncIterator[Backend]:
    jobs = MemoryJobs()

    def make_queue(terms: Terms, announce: Announce = to_nobody) -> Queue:
        return MemoryQueue(jobs, clock, terms, announce)

    yield MemoryStore(jobs), make_queue


@asynccontextmanager
async def open_sqlite(folder: Path, clock: FakeClock) -> AsyncIterator[Backend]:
    async with open_database(folder / "stockade.db") as database:

        def make_queue(terms: Terms, announce: Announce = to_nobody) -> Queue:
            return TableQueue(database, clock, terms, announce)

        yield SqliteStore(database), make_queue


@pytest.fixture(params=[open_memory, open_sqlite], ids=["memory", "sqlite"])
def open_backend(request: pytest.FixtureRequest) -> OpenBackend:
    chosen: OpenBackend = request.param
    return chosen


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def backend(
    anyio_backend: str, open_backend: OpenBackend, tmp_path: Path, clock: FakeClock
) -> AsyncIterator[Backend]:
    async with open_backend(tmp_path, clock) as opened:
        yield opened


@pytest.fixture
def store(backend: Backend) -> Store:
    return backend[0]


@pytest.fixture
def make_queue(backend: Backend) -> MakeQueue:
    return backend[1]


@pytest.fixture
def queue(make_queue: MakeQueue) -> Queue:
    """Looks so seldom that nothing but the bell can wake a waiting worker within a test."""
    return make_queue(Terms(lease_for=timedelta(seconds=30), max_attempts=3, look_every_s=3600.0))


@pytest.fixture
def new_job(clock: FakeClock) -> Callable[..., Job]:
    numbers = count(1)

    def make(owner: str = "ada") -> Job:
        clock.advance(timedelta(seconds=1))
        return Job(
            id=f"job-{next(numbers)}",
            owner=owner,
            submission=SUBMISSION,
            state=JobState.QUEUED,
            created_at=clock.now(),
        )

    return make


SUBMISSION = Submission(
    language="python",
    files=(
        File(name="main.py", content=b"print('\xc3\xa9')\xff\x00"),
        File(name="lib/tool", content=b"#!", executable=True),
    ),
    entry="main.py",
    stdin=b"\x00\xff",
    args=("-x", "é"),
    env=(Variable(name="A", value="1"),),
    limits=Limits(cpu_time_s=0.1, memory_bytes=2**40),
    expected_output=b"",
)
