from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from stockade.core.job import JobState
from stockade.core.submission import Submission
from stockade.core.wire import encode, to_micros
from stockade.database.migrate import migrate
from stockade.database.rows import to_job
from stockade.database.sql import load_migrations, load_statements
from stockade.queue.leases import Claim, LeaseTable
from stockade.queue.terms import LOST, Terms

NOW = datetime(2026, 1, 1, tzinfo=UTC)
SUBMISSION = encode(Submission(language="python", files=(), entry="main.py"))


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as opened:
        migrate(opened, load_migrations())
        for number in range(1, 6):
            opened.execute(
                "INSERT INTO jobs (id, owner, language, state, attempts, created_at, failure)"
                " VALUES (?, 'ada', 'python', 'queued', 0, ?, 'No box.')",
                (f"job-{number}", number),
            )
            opened.execute("INSERT INTO submissions VALUES (?, ?)", (number, SUBMISSION))
        yield opened


def claim(at_most: int) -> Claim:
    return Claim(worker="w", at_most=at_most, now=NOW, until=NOW + timedelta(seconds=30))


def ids(claim: Claim) -> list[str]:
    return [lease.job.id for lease in claim.leases()]


def test_a_claim_that_is_carried_out_again_holds_what_the_last_time_gave(
    connection: sqlite3.Connection,
) -> None:
    table, wanted = LeaseTable(Terms()), claim(2)
    table.claim(claim(1), connection)
    expire = "UPDATE jobs SET lease_until = ? WHERE id = 'job-1'"
    connection.execute(expire, (to_micros(NOW),))
    table.claim(wanted, connection)
    assert ids(wanted) == ["job-1", "job-2"]
    assert [row[0] for row in wanted.lost] == ["job-1"]
    table.claim(wanted, connection)
    assert ids(wanted) == ["job-3", "job-4"]
    assert wanted.lost == []


def test_what_is_given_back_is_as_if_it_had_not_been_taken(
    connection: sqlite3.Connection,
) -> None:
    table, wanted = LeaseTable(Terms()), claim(3)
    before = connection.execute("SELECT * FROM jobs").fetchall()
    table.claim(wanted, connection)
    assert connection.execute("SELECT * FROM jobs").fetchall() != before
    table.give_back(wanted, connection)
    assert connection.execute("SELECT * FROM jobs").fetchall() == before


def test_only_leases_that_ended_by_then_are_released(connection: sqlite3.Connection) -> None:
    table = LeaseTable(Terms())
    table.claim(claim(2), connection)
    until_micros = round((NOW + timedelta(seconds=30)).timestamp() * 1_000_000)
    assert table.release(until_micros - 1, NOW, connection) == []
    lost = [to_job(row) for row in table.release(until_micros, NOW, connection)]
    assert [(job.id, job.state, job.failure) for job in lost] == [
        (job_id, JobState.QUEUED, LOST.failure) for job_id in ("job-1", "job-2")
    ]
    assert table.backlog(None, connection).depth == 5


@pytest.mark.parametrize(
    "name", ["claim", "expired", "job", "backlog", "backlog_ahead", "settle", "renew"]
)
def test_no_statement_looks_through_jobs_that_neither_wait_nor_run(
    connection: sqlite3.Connection, name: str
) -> None:
    statement = load_statements("stockade.queue", "leases.sql")[name]
    names = "id worker attempt uses_attempt now until state verdict failure finished_at"
    values = dict.fromkeys(names.split())
    plan = connection.execute(f"EXPLAIN QUERY PLAN {statement}", values).fetchall()
    steps = [step for *_, step in plan]
    assert any("SEARCH jobs" in step for step in steps)
    assert not any(step.startswith("SCAN jobs") or "TEMP B-TREE" in step for step in steps)
