from __future__ import annotations

from datetime import UTC, datetime

import pytest

from stockade.core.job import Job, JobState, JobSummary, Result
from stockade.core.step import Isolation
from stockade.core.submission import Submission
from stockade.core.verdict import Verdict
from stockade.core.wire import encode, to_micros
from stockade.database.rows import (
    JobRow,
    SummaryRow,
    micros_or_none,
    sequence_of,
    to_job,
    to_summary,
)

SUBMISSION = Submission(language="python", files=(), entry="main.py")
RESULT = Result(verdict=None, compile=None, run=None, isolation=Isolation(backend="fake"))
MOMENT = datetime(2026, 1, 1, 12, 0, 0, 1, tzinfo=UTC)


def row(*, submission: bytes, state: str, result: bytes | None, at: int | None) -> JobRow:
    return ("a", "ada", submission, state, to_micros(MOMENT), 3, at, at, result, "it broke")


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


def summary_row(state: str, verdict: str | None, at: int | None) -> SummaryRow:
    created_at = to_micros(MOMENT)
    return ("a", "ada", "c", state, verdict, created_at, 3, at, at, "it broke", 7)


def test_a_row_becomes_the_summary_it_stands_for() -> None:
    row = summary_row("finished", "accepted", to_micros(MOMENT))
    assert to_summary(row) == JobSummary(
        id="a",
        owner="ada",
        language="c",
        state=JobState.FINISHED,
        verdict=Verdict.ACCEPTED,
        created_at=MOMENT,
        attempts=3,
        started_at=MOMENT,
        finished_at=MOMENT,
        failure="it broke",
    )
    assert sequence_of(row) == 7


def test_what_a_summary_does_not_have_yet_is_missing() -> None:
    summary = to_summary(summary_row("queued", None, None))
    assert (summary.verdict, summary.started_at, summary.finished_at) == (None, None, None)


@pytest.mark.parametrize(("state", "verdict"), [("lost", None), ("finished", "perfect")])
def test_a_summary_that_makes_no_sense_is_a_value_error(state: str, verdict: str | None) -> None:
    with pytest.raises(ValueError):
        to_summary(summary_row(state, verdict, None))


def test_a_time_is_kept_to_the_microsecond_and_a_missing_one_stays_missing() -> None:
    assert micros_or_none(MOMENT) == to_micros(MOMENT)
    assert micros_or_none(None) is None
