"""The leases on the job table, as plain operations on a connection for the writer to carry out.

Whoever is to change a leased job names the worker and the attempt it was given out for. That is
the fence: who comes late finds no such row, and changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from sqlite3 import Connection
from typing import TypeAlias

from stockade.core.job import Job, JobState, Lease, Settlement
from stockade.core.ports import Backlog
from stockade.core.wire import encode, from_micros, to_micros
from stockade.database.rows import JobRow, to_job
from stockade.database.sql import load_statements
from stockade.queue.terms import LOST, Terms

# The parameters that name a lease in every statement that changes one.
Fence: TypeAlias = dict[str, str | int]


@dataclass(slots=True, kw_only=True)
class Claim:
    """What a worker asks for, and the rows that the operation gave it, oldest first.

    The rows are kept here rather than returned: whoever asked may have left by then, and what was
    given has to be given back. ``lost`` are the jobs whose expired leases were settled before.
    """

    worker: str
    at_most: int
    now: datetime
    until: datetime
    rows: list[JobRow] = field(default_factory=list)
    lost: list[JobRow] = field(default_factory=list)

    def leases(self) -> list[Lease]:
        """The rows as leases. Raises ``ValueError`` for what cannot be decoded."""
        return [Lease(job=to_job(row), worker=self.worker, until=self.until) for row in self.rows]


class LeaseTable:
    """The operations. Each is given a connection that is in a transaction."""

    def __init__(self, terms: Terms) -> None:
        self._terms = terms
        self._sql = load_statements("stockade.queue", "leases.sql")

    def claim(self, claim: Claim, connection: Connection) -> None:
        """Lease the oldest queued jobs, those whose leases expired among them."""
        claim.lost = self.release(to_micros(claim.now), claim.now, connection)
        wanted = {
            "worker": claim.worker,
            "now": to_micros(claim.now),
            "until": to_micros(claim.until),
        }
        claim.rows = []
        while len(claim.rows) < claim.at_most:
            row = connection.execute(self._sql["claim"], wanted).fetchone()
            if row is None:
                break
            claim.rows.append(row)

    def give_back(self, claim: Claim, connection: Connection) -> None:
        """Make a claim undone; it does not count as an attempt."""
        for lease in claim.leases():
            untouched = Settlement(
                state=JobState.QUEUED, failure=lease.job.failure, uses_attempt=False
            )
            self._move(_fence_of(lease), untouched, claim.now, connection)

    def release(self, expired_by: int, at: datetime, connection: Connection) -> list[JobRow]:
        """Settle as lost what was leased no longer than until then (microseconds).

        The rows of these jobs as they are then.
        """
        leases = connection.execute(self._sql["expired"], {"now": expired_by}).fetchall()
        for job_id, worker, attempt in leases:
            settlement = self._terms.allowed(LOST, attempt)
            self._move(_fence(job_id, worker, attempt), settlement, at, connection)
        return [self._row(job_id, connection) for job_id, *_ in leases]

    def _row(self, job_id: str, connection: Connection) -> JobRow:
        row: JobRow = connection.execute(self._sql["job"], {"id": job_id}).fetchone()
        return row

    def renew(
        self, leases: Sequence[Lease], until: datetime, connection: Connection
    ) -> Sequence[bool]:
        """Prolong the leases; for each whether it still stood."""
        return [self._renew(lease, until, connection) for lease in leases]

    def _renew(self, lease: Lease, until: datetime, connection: Connection) -> bool:
        change = {**_fence_of(lease), "until": to_micros(until)}
        return connection.execute(self._sql["renew"], change).rowcount == 1

    def settle(
        self, lease: Lease, settlement: Settlement, at: datetime, connection: Connection
    ) -> bool:
        """Record what became of the leased job; whether the lease still stood."""
        if not self._move(_fence_of(lease), settlement, at, connection):
            return False
        if settlement.result is not None:
            result = {"id": lease.job.id, "data": encode(settlement.result)}
            connection.execute(self._sql["add_result"], result)
        return True

    def _move(
        self, fence: Fence, settlement: Settlement, at: datetime, connection: Connection
    ) -> bool:
        change = {
            **fence,
            "state": settlement.state.value,
            "verdict": settlement.result.verdict if settlement.result else None,
            "failure": settlement.failure,
            "finished_at": to_micros(at) if settlement.state.is_final else None,
            "uses_attempt": settlement.uses_attempt,
        }
        return connection.execute(self._sql["settle"], change).rowcount == 1

    def backlog(self, ahead_of: Job | None, connection: Connection) -> Backlog:
        """All that waits, or what was recorded before this job and waits."""
        if ahead_of is None:
            row = connection.execute(self._sql["backlog"]).fetchone()
        else:
            row = connection.execute(self._sql["backlog_ahead"], {"id": ahead_of.id}).fetchone()
        depth, oldest_at = row
        return Backlog(depth=depth, oldest_at=None if oldest_at is None else from_micros(oldest_at))


def _fence(job_id: str, worker: str, attempt: int) -> Fence:
    return {"id": job_id, "worker": worker, "attempt": attempt}


def _fence_of(lease: Lease) -> Fence:
    return _fence(lease.job.id, lease.worker, lease.job.attempts)
