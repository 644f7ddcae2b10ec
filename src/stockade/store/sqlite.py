"""The store in SQLite."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from sqlite3 import Connection
from typing import Final

from stockade.core.errors import Conflict, JobNotFound, StoreError
from stockade.core.job import Job, JobState, JobSummary
from stockade.core.ports import Page
from stockade.core.wire import encode, to_micros
from stockade.database.connections import faults_as
from stockade.database.rows import (
    JobRow,
    SummaryRow,
    micros_or_none,
    sequence_of,
    to_job,
    to_summary,
)
from stockade.database.sql import load_statements
from stockade.database.sqlite import Database
from stockade.store.cursor import decode_cursor, encode_cursor

# Above every sequence number: the first page begins here.
_NEWEST: Final = 2**63 - 1


class SqliteStore:
    """The ``Store`` port on a SQLite database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._sql = load_statements("stockade.store", "jobs.sql")

    async def add(self, job: Job) -> None:
        """Record a new job. Raises ``StoreError``, also for an id that is taken."""
        with faults_as(StoreError):
            await self._database.writer.write(partial(self._add, job))

    def _add(self, job: Job, connection: Connection) -> None:
        sequence = connection.execute(self._sql["add_job"], _row_of(job.summary)).lastrowid
        submission = {"sequence": sequence, "data": encode(job.submission)}
        connection.execute(self._sql["add_submission"], submission)
        if job.result is not None:
            result = {"sequence": sequence, "data": encode(job.result)}
            connection.execute(self._sql["add_result"], result)

    async def get(self, owner: str, job_id: str) -> Job:
        """The job. Raises ``JobNotFound``, for another owner's job as well, or ``StoreError``."""
        with faults_as(StoreError):
            row = self._database.read_row(partial(self._row, owner, job_id))
            return _found(row, job_id)

    async def page(self, owner: str, *, cursor: str | None, size: int) -> Page:
        """An owner's jobs, newest first.

        Raises ``InvalidSubmission`` for a foreign cursor, or ``StoreError``.
        """
        before = _NEWEST if cursor is None else decode_cursor(owner, cursor)
        with faults_as(StoreError):
            return await self._database.read(partial(self._page, owner, before, size))

    def _page(self, owner: str, before: int, size: int, connection: Connection) -> Page:
        # One more than asked for tells whether there is another page.
        wanted = {"owner": owner, "before": before, "limit": size + 1}
        rows: list[SummaryRow] = connection.execute(self._sql["page"], wanted).fetchall()
        has_more = len(rows) > size
        return Page(
            jobs=tuple(to_summary(row) for row in rows[:size]),
            next_cursor=encode_cursor(owner, sequence_of(rows[size - 1])) if has_more else None,
        )

    async def cancel(self, owner: str, job_id: str, at: datetime) -> Job:
        """Cancel the job if it is queued; the job as it is now.

        Raises ``JobNotFound`` or ``StoreError``.
        """
        cancel = partial(self._cancel, owner, job_id, at)
        with faults_as(StoreError):
            return _found(await self._database.writer.write(cancel), job_id)

    def _cancel(
        self, owner: str, job_id: str, at: datetime, connection: Connection
    ) -> JobRow | None:
        change = {"id": job_id, "owner": owner, "at": to_micros(at)}
        connection.execute(self._sql["cancel"], change)
        return self._row(owner, job_id, connection)

    async def delete(self, owner: str, job_id: str) -> None:
        """Forget a final job.

        Raises ``JobNotFound``, ``Conflict`` while it is not final, or ``StoreError``.
        """
        with faults_as(StoreError):
            state = await self._database.writer.write(partial(self._delete, owner, job_id))
        if state is None:
            raise JobNotFound(job_id)
        if not state.is_final:
            raise Conflict(f"The submission is {state}; cancel it before deleting it.")

    def _delete(self, owner: str, job_id: str, connection: Connection) -> JobState | None:
        key = {"id": job_id, "owner": owner}
        row = connection.execute(self._sql["state"], key).fetchone()
        state = None if row is None else JobState(row[0])
        if state is not None and state.is_final:
            connection.execute(self._sql["delete"], key)
        return state

    def _row(self, owner: str, job_id: str, connection: Connection) -> JobRow | None:
        key = {"id": job_id, "owner": owner}
        row: JobRow | None = connection.execute(self._sql["get"], key).fetchone()
        return row


def _row_of(summary: JobSummary) -> dict[str, str | int | None]:
    return {
        "id": summary.id,
        "owner": summary.owner,
        "language": summary.language,
        "state": summary.state.value,
        "verdict": summary.verdict,
        "created_at": to_micros(summary.created_at),
        "attempts": summary.attempts,
        "started_at": micros_or_none(summary.started_at),
        "finished_at": micros_or_none(summary.finished_at),
        "failure": summary.failure,
    }


def _found(row: JobRow | None, job_id: str) -> Job:
    if row is None:
        raise JobNotFound(job_id)
    return to_job(row)
