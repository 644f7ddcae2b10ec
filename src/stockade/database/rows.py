"""Rows of ``whole_jobs`` as the jobs they stand for, rows of ``jobs`` as their summaries."""

from __future__ import annotations

from datetime import datetime
from typing import TypeAlias

from stockade.core.job import Job, JobState, JobSummary
from stockade.core.verdict import Verdict
from stockade.core.wire import decode_result, decode_submission, from_micros, to_micros

# id, owner, submission, state, created_at, attempts, started_at, finished_at, result, failure: as
# the view names them.
JobRow: TypeAlias = tuple[
    str, str, bytes, str, int, int, int | None, int | None, bytes | None, str | None
]
# id, owner, language, state, verdict, created_at, attempts, started_at, finished_at, failure,
# sequence.
SummaryRow: TypeAlias = tuple[
    str, str, str, str, str | None, int, int, int | None, int | None, str | None, int
]


def to_job(row: JobRow) -> Job:
    """The job. Raises ``ValueError`` for a submission or result that cannot be decoded."""
    return Job(
        id=row[0],
        owner=row[1],
        submission=decode_submission(row[2]),
        state=JobState(row[3]),
        created_at=from_micros(row[4]),
        attempts=row[5],
        started_at=_moment(row[6]),
        finished_at=_moment(row[7]),
        result=None if row[8] is None else decode_result(row[8]),
        failure=row[9],
    )


def to_summary(row: SummaryRow) -> JobSummary:
    """The summary. Raises ``ValueError`` for a state or verdict that there is not."""
    return JobSummary(
        id=row[0],
        owner=row[1],
        language=row[2],
        state=JobState(row[3]),
        verdict=None if row[4] is None else Verdict(row[4]),
        created_at=from_micros(row[5]),
        attempts=row[6],
        started_at=_moment(row[7]),
        finished_at=_moment(row[8]),
        failure=row[9],
    )


def sequence_of(row: SummaryRow) -> int:
    """The job's place in the order of recording."""
    return row[10]


def micros_or_none(moment: datetime | None) -> int | None:
    """A time as the database keeps it."""
    return None if moment is None else to_micros(moment)


def _moment(micros: int | None) -> datetime | None:
    return None if micros is None else from_micros(micros)
