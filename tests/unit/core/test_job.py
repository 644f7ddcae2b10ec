from __future__ import annotations

import pytest

from stockade.core.job import MOVES, JobState

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
