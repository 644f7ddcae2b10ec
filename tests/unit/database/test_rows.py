from __future__ import annotations

from datetime import UTC, datetime

import pytest

from stockade.core.job import Job, JobState, Result
from stockade.core.step import Isolation
from stockade.core.submission import Submission
from stockade.core.wire import encode, to_micros
from stockade.database.rows import JobRow, micros_or_none, sequence_of, to_job

SUBMISSION = Submission(language="python", files=(), entry="main.py")
RESULT = Result(verdict=None, compile=None, run=None, isolation=Isolation(backend="fake"))
MOMENT = datetime(2026, 1, 1, 12, 0, 0, 1, tzinfo=UTC)


def row(*, submission: bytes, state: str, result: bytes | None, at: int | None) -> JobRow:
    return ("a", "ada", submission, state, to_micros(MOMENT), 3, at, at, result, "it broke", 7)


def test_a_row_becomes_the_job_it_stands_for() -> None:
    micros = to_micros(MOMENT)
    full = row(submission=encode(SUBMISSION), state="failed", result=encode(RESULT), at=micros)
    assert to_job(full) == Job(
        id="a",
        owner="ada",
        submission=SUBMISSION,
        state=JobState.FAILED,
        created_at=MOMENT,
        attempts=3,
        started_at=MOMENT,
        finished_at=MOMENT,
        result=RESULT,
        failure="it broke",
    )
    assert sequence_of(full) == 7


def test_what_a_job_does_not_have_yet_is_missing() -> None:
    job = to_job(row(submission=encode(SUBMISSION), state="queued", result=None, at=None))
    assert (job.started_at, job.finished_at, job.result) == (None, None, None)


@pytest.mark.parametrize(
    "broken",
    [
        row(submission=b"\xc1", state="queued", result=None, at=None),
        row(submission=encode(SUBMISSION), state="finished", result=b"", at=None),
        row(submission=encode(SUBMISSION), state="lost", result=None, at=None),
    ],
)
def test_a_row_that_makes_no_sense_is_a_value_error(broken: JobRow) -> None:
    with pytest.raises(ValueError):
        to_job(broken)


def test_a_time_is_kept_to_the_microsecond_and_a_missing_one_stays_missing() -> None:
    assert micros_or_none(MOMENT) == to_micros(MOMENT)
    assert micros_or_none(None) is None
