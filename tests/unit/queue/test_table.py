from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from stockade.core.errors import QueueError
from stockade.core.job import Job, JobState, Result, Settlement
from stockade.core.step import Isolation
from stockade.core.submission import Submission
from stockade.database.clock import FakeClock
from stockade.database.sqlite import Database, open_database
from stockade.queue.table import TableQueue
from stockade.queue.terms import Terms
from stockade.store.sqlite import SqliteStore

pytestmark = pytest.mark.anyio

JOB = Job(
    id="a",
    owner="ada",
    submission=Submission(language="python", files=(), entry="main.py"),
    state=JobState.QUEUED,
    created_at=datetime(2026, 1, 1, tzinfo=UTC),
)
RESULT = Result(verdict=None, compile=None, run=None, isolation=Isolation(backend="x" * 100_000))
FINISHED = Settlement(state=JobState.FINISHED, result=RESULT)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def database(anyio_backend: str, tmp_path: Path) -> AsyncIterator[Database]:
    async with open_database(tmp_path / "test.db") as opened:
        yield opened


@pytest.fixture
def store(database: Database) -> SqliteStore:
    return SqliteStore(database)


@pytest.fixture
def announced() -> list[Job]:
    return []


@pytest.fixture
def queue(database: Database, clock: FakeClock, announced: list[Job]) -> TableQueue:
    terms = Terms(max_attempts=2, look_every_s=3600.0)
    return TableQueue(database, clock, terms, announced.append)


async def test_reclaiming_frees_every_lease_at_once_and_counts_the_attempt(
    store: SqliteStore, queue: TableQueue
) -> None:
    await store.add(JOB)
    await store.add(replace(JOB, id="b"))
    lost = await queue.lease("dead", 2)
    assert await queue.reclaim_all() == 2
    assert await queue.settle(lost[0], FINISHED) is None
    again = await queue.lease("dead", 2)
    assert [(lease.job.id, lease.job.attempts) for lease in again] == [("a", 2), ("b", 2)]


async def test_reclaiming_gives_up_what_was_tried_as_often_as_allowed_and_says_so(
    store: SqliteStore, queue: TableQueue, announced: list[Job]
) -> None:
    await store.add(JOB)
    for _ in range(2):
        await queue.lease("dead", 1)
        await queue.reclaim_all()
    job = await store.get("ada", "a")
    assert [each.state for each in announced] == [JobState.QUEUED, JobState.FAILED]
    assert announced[-1] == job
    assert (job.state, job.failure) == (
        JobState.FAILED,
        "Given up in attempt 2: The worker was lost.",
    )
    assert await queue.reclaim_all() == 0


async def test_reclaiming_wakes_a_waiting_worker(store: SqliteStore, queue: TableQueue) -> None:
    await store.add(JOB)
    await queue.lease("dead", 1)
    waiting = asyncio.ensure_future(queue.lease("worker", 1))
    await asyncio.sleep(0.05)
    await queue.reclaim_all()
    async with asyncio.timeout(10):
        (lease,) = await waiting
    assert lease.job.attempts == 2


async def test_a_claim_that_is_committed_after_its_worker_left_is_given_back(
    database: Database, store: SqliteStore, queue: TableQueue
) -> None:
    await store.add(JOB)
    gate = threading.Event()
    # In one batch: the worker leaves while its claim is certain to be on its way.
    blocking = database.writer.write(lambda _: gate.wait(timeout=10))
    leaving = asyncio.ensure_future(queue.lease("leaver", 1))
    await asyncio.sleep(0.02)
    waiting = asyncio.ensure_future(queue.lease("next", 1))
    leaving.cancel()
    await asyncio.wait([leaving])
    gate.set()
    await blocking
    async with asyncio.timeout(10):
        (lease,) = await waiting
    assert leaving.cancelled()
    assert (lease.job.id, lease.job.attempts, lease.worker) == ("a", 1, "next")


async def test_a_full_disk_leaves_a_job_running_until_it_can_be_settled(
    database: Database, store: SqliteStore, queue: TableQueue
) -> None:
    await store.add(JOB)
    (lease,) = await queue.lease("worker", 1)
    await database.writer.write(lambda connection: limit_pages(connection, 2))
    with pytest.raises(QueueError):
        await queue.settle(lease, FINISHED)
    assert await store.get("ada", "a") == lease.job
    await database.writer.write(lambda connection: limit_pages(connection, 10_000))
    assert await queue.settle(lease, FINISHED) == await store.get("ada", "a")


def limit_pages(connection: sqlite3.Connection, spare: int) -> None:
    """Have the disk be full after so many more pages."""
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count = {pages + spare}")


async def test_every_fault_of_the_database_is_ours(
    database: Database, store: SqliteStore, queue: TableQueue
) -> None:
    await store.add(JOB)
    (lease,) = await queue.lease("worker", 1)

    def ruin(connection: sqlite3.Connection) -> None:
        connection.execute("DROP VIEW whole_jobs")
        connection.execute("DROP TABLE jobs")

    await database.writer.write(ruin)
    with pytest.raises(QueueError):
        await queue.lease("worker", 1)
    with pytest.raises(QueueError):
        await queue.renew([lease])
    with pytest.raises(QueueError):
        await queue.settle(lease, FINISHED)
    with pytest.raises(QueueError):
        await queue.backlog()
    with pytest.raises(QueueError):
        await queue.reclaim_all()


async def test_jobs_that_another_process_left_running_come_back_by_expiry(
    tmp_path: Path, clock: FakeClock
) -> None:
    async with open_database(tmp_path / "test.db") as database:
        await SqliteStore(database).add(JOB)
        await TableQueue(database, clock).lease("before", 1)
    clock.advance(timedelta(seconds=30))
    async with open_database(tmp_path / "test.db") as database:
        (lease,) = await TableQueue(database, clock).lease("after", 1)
    assert (lease.job.id, lease.job.attempts) == ("a", 2)
