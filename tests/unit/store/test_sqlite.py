from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from stockade.core.errors import JobNotFound, StoreError
from stockade.core.job import Job, JobState, Result
from stockade.core.step import Isolation
from stockade.core.submission import File, Submission
from stockade.core.verdict import Verdict
from stockade.database.sql import load_statements
from stockade.database.sqlite import Database, open_database
from stockade.database.writer import Operation
from stockade.store.sqlite import SqliteStore

pytestmark = pytest.mark.anyio

SECRET = b"the-text-of-a-program-that-was-deleted"
JOB = Job(
    id="a",
    owner="ada",
    submission=Submission(
        language="python",
        files=(File(name="main.py", content=SECRET),),
        entry="main.py",
    ),
    state=JobState.FINISHED,
    created_at=datetime(2026, 1, 1, tzinfo=UTC),
)


@pytest.fixture
async def database(anyio_backend: str, tmp_path: Path) -> AsyncIterator[Database]:
    async with open_database(tmp_path / "test.db") as opened:
        yield opened


@pytest.fixture
def store(database: Database) -> SqliteStore:
    return SqliteStore(database)


def executing(*statements: str) -> Operation[None]:
    def operation(connection: sqlite3.Connection) -> None:
        for statement in statements:
            connection.execute(statement)

    return operation


async def limit_pages(database: Database, spare: int) -> None:
    """Have the disk be full after so many more pages."""

    def operation(connection: sqlite3.Connection) -> None:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages + spare}")

    await database.writer.write(operation)


@pytest.mark.parametrize("size", [10, 100_000])
async def test_nothing_of_a_deleted_job_is_left_in_the_file(tmp_path: Path, size: int) -> None:
    path = tmp_path / "test.db"
    large = replace(JOB.submission, stdin=SECRET * (size // len(SECRET) + 1))
    async with open_database(path) as database:
        await SqliteStore(database).add(replace(JOB, submission=large))
    assert SECRET in content_of(path)
    async with open_database(path) as database:
        await SqliteStore(database).delete("ada", "a")
    assert SECRET not in content_of(path)
    assert b"ada" not in content_of(path)


def content_of(path: Path) -> bytes:
    return path.read_bytes()


async def test_a_full_disk_is_our_fault_and_leaves_nothing_half_done(
    database: Database, store: SqliteStore
) -> None:
    large = replace(JOB, submission=replace(JOB.submission, stdin=b"x" * 1_000_000))
    await limit_pages(database, spare=20)
    outcomes = await asyncio.gather(
        store.add(large), store.add(replace(JOB, id="b")), return_exceptions=True
    )
    assert isinstance(outcomes[0], StoreError)
    assert outcomes[1] is None
    with pytest.raises(JobNotFound):
        await store.get("ada", "a")
    await limit_pages(database, spare=10_000)
    await store.add(large)
    assert await store.get("ada", "a") == large


async def test_every_fault_of_the_database_is_ours(database: Database, store: SqliteStore) -> None:
    await database.writer.write(executing("DROP VIEW whole_jobs", "DROP TABLE jobs"))
    with pytest.raises(StoreError):
        await store.add(JOB)
    with pytest.raises(StoreError):
        await store.get("ada", "a")
    with pytest.raises(StoreError):
        await store.page("ada", cursor=None, size=1)
    with pytest.raises(StoreError):
        await store.cancel("ada", "a", JOB.created_at)
    with pytest.raises(StoreError):
        await store.delete("ada", "a")


async def test_a_job_that_cannot_be_decoded_is_our_fault(
    database: Database, store: SqliteStore
) -> None:
    await store.add(JOB)
    await database.writer.write(executing("UPDATE submissions SET data = x'c1'"))
    with pytest.raises(StoreError):
        await store.get("ada", "a")


async def test_a_list_is_read_without_the_submissions_and_results(
    database: Database, store: SqliteStore
) -> None:
    isolation = Isolation(backend="fake")
    result = Result(verdict=Verdict.ACCEPTED, compile=None, run=None, isolation=isolation)
    finished = replace(JOB, result=result)
    await store.add(finished)
    spoil = ("UPDATE submissions SET data = x'c1'", "DROP TABLE results")
    await database.writer.write(executing(*spoil))
    assert (await store.page("ada", cursor=None, size=1)).jobs == (finished.summary,)


async def test_a_closed_store_takes_nothing(tmp_path: Path) -> None:
    async with open_database(tmp_path / "test.db") as database:
        store = SqliteStore(database)
    with pytest.raises(StoreError, match="closed"):
        await store.add(JOB)
    with pytest.raises(StoreError, match="closed"):
        await store.get("ada", "a")


@pytest.mark.parametrize("name", ["get", "page", "cancel", "delete", "state"])
async def test_no_statement_reads_more_rows_than_it_needs(database: Database, name: str) -> None:
    statement = load_statements("stockade.store", "jobs.sql")[name]
    values = {"id": "a", "owner": "ada", "before": 9, "limit": 9, "at": 0}
    plan = database.read_row(
        lambda connection: connection.execute(f"EXPLAIN QUERY PLAN {statement}", values).fetchall()
    )
    steps = [step for *_, step in plan]
    assert steps
    assert all(step.startswith("SEARCH") for step in steps)
