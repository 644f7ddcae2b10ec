from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime

import pytest

from stockade.core.job import MOVES, Job, JobState, JobSummary, Result
from stockade.core.step import Isolation
from stockade.core.submission import Submission
from stockade.core.verdict import Verdict

FINAL = {JobState.FINISHED, JobState.CANCELLED, JobState.FAILED}


def test_every_state_has_its_moves() -> None:
    assert set(MOVES) == set(JobState)


@pytest.mark.parametrize("state", JobState)
def test_a_state_is_final_if_and_only_if_no_move_leads_out_of_it(state: JobState) -> None:
    assert state.is_final == (state in FINAL) == (MOVES[state] == frozenset())


@pytest.mark.parametrize("state", [JobState.QUEUED, JobState.RUNNING])
def test_no_state_moves_to_itself(state: JobState) -> None:
    assert state not in MOVES[state]


def test_only_a_job_that_runs_can_finish() -> None:
    assert [state for state in JobState if JobState.FINISHED in MOVES[state]] == [JobState.RUNNING]


def test_a_job_that_runs_may_be_queued_again() -> None:
    assert JobState.QUEUED in MOVES[JobState.RUNNING]


NOW = datetime(2026, 1, 1, tzinfo=UTC)
JOB = Job(
    id="a",
    owner="ada",
    submission=Submission(language="python", files=(), entry="main.py"),
    state=JobState.FAILED,
    created_at=NOW,
    attempts=2,
    started_at=NOW,
    finished_at=NOW,
    failure="it broke",
)


def test_a_summary_says_of_a_job_what_the_job_says_of_itself() -> None:
    shared = {field.name for field in fields(JobSummary)} - {"language", "verdict"}

    assert {field.name for field in fields(Job)} - shared == {"submission", "result"}
    assert all(getattr(JOB.summary, name) == getattr(JOB, name) for name in shared)
    assert (JOB.summary.language, JOB.summary.verdict) == ("python", None)


def test_a_summary_has_the_verdict_of_the_result() -> None:
    result = Result(
        verdict=Verdict.ACCEPTED, compile=None, run=None, isolation=Isolation(backend="fake")
    )

    assert replace(JOB, result=result).summary.verdict is Verdict.ACCEPTED
