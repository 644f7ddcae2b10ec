from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from stockade.core.job import Job, JobState, Result, Settlement
from stockade.core.step import Isolation
from stockade.core.submission import Submission
from stockade.queue.terms import LOST, Terms, claimed, settled

NOW = datetime(2026, 1, 1, tzinfo=UTC)
LATER = NOW + timedelta(seconds=1)
QUEUED = Job(
    id="a",
    owner="ada",
    submission=Submission(language="python", files=(), entry="main.py"),
    state=JobState.QUEUED,
    created_at=NOW,
    attempts=1,
    failure="The worker was lost.",
)
RESULT = Result(verdict=None, compile=None, run=None, isolation=Isolation(backend="fake"))
FINISHED = Settlement(state=JobState.FINISHED, result=RESULT)
GIVEN_BACK = Settlement(state=JobState.QUEUED, failure="Stopped.", uses_attempt=False)


def test_a_claim_begins_the_next_attempt() -> None:
    assert claimed(QUEUED, LATER) == replace(
        QUEUED, state=JobState.RUNNING, attempts=2, started_at=LATER
    )


def test_a_finished_job_has_its_result_and_no_failure_of_earlier_attempts() -> None:
    job = settled(claimed(QUEUED, NOW), FINISHED, LATER)
    assert (job.state, job.result, job.failure) == (JobState.FINISHED, RESULT, None)
    assert (job.started_at, job.finished_at) == (NOW, LATER)


def test_a_released_job_waits_as_if_it_had_not_started() -> None:
    job = settled(claimed(QUEUED, NOW), LOST, LATER)
    assert job == replace(QUEUED, attempts=2)


def test_a_job_that_is_given_back_is_as_if_it_had_not_been_claimed() -> None:
    assert settled(claimed(QUEUED, NOW), GIVEN_BACK, LATER) == replace(QUEUED, failure="Stopped.")


@pytest.mark.parametrize("attempts", [1, 3, 20])
def test_giving_back_is_always_allowed(attempts: int) -> None:
    assert Terms(max_attempts=3).allowed(GIVEN_BACK, attempts) == GIVEN_BACK


@pytest.mark.parametrize("attempts", [1, 2])
def test_a_job_is_released_while_attempts_are_left(attempts: int) -> None:
    assert Terms(max_attempts=3).allowed(LOST, attempts) == LOST


@pytest.mark.parametrize("attempts", [3, 4])
def test_the_last_attempt_ends_in_failure_and_says_why(attempts: int) -> None:
    assert Terms(max_attempts=3).allowed(LOST, attempts) == Settlement(
        state=JobState.FAILED,
        failure=f"Given up in attempt {attempts}: The worker was lost.",
    )


def test_giving_up_has_a_reason_even_if_none_was_given() -> None:
    given_up = Terms(max_attempts=1).allowed(Settlement(state=JobState.QUEUED), 1)
    assert given_up.failure == "Given up in attempt 1: It was released."


def test_the_last_attempt_may_finish() -> None:
    assert Terms(max_attempts=3).allowed(FINISHED, 3) == FINISHED


def test_a_running_job_cannot_become_running() -> None:
    with pytest.raises(ValueError, match="cannot become running"):
        Terms().allowed(Settlement(state=JobState.RUNNING), 1)
