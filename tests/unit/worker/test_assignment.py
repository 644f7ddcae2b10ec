from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from stockade.core.errors import SandboxError
from stockade.core.job import Job, JobState, Lease, Result, Settlement
from stockade.core.step import Isolation
from stockade.core.submission import File, Submission
from stockade.core.verdict import Verdict
from stockade.engine.execution import Execution
from stockade.languages.base import Catalogue
from stockade.sandbox.fake import FakeSandbox
from stockade.worker.assignment import CUT_SHORT, Assignment, Stop

NOW = datetime(2026, 1, 1, tzinfo=UTC)
LATER = NOW + timedelta(seconds=30)
SUBMISSION = Submission(
    language="python", files=(File(name="main.py", content=b""),), entry="main.py"
)
JOB = Job(id="1", owner="local", submission=SUBMISSION, state=JobState.RUNNING, created_at=NOW)
JUDGED = Result(
    verdict=Verdict.ACCEPTED, compile=None, run=None, isolation=Isolation(backend="fake")
)
CUT = replace(JUDGED, verdict=None)


def assignment(*stops: Stop) -> Assignment:
    execution = Execution(SUBMISSION, Catalogue.of(), FakeSandbox())
    given = Assignment(Lease(job=JOB, worker="w1", until=LATER), execution)
    for stop in stops:
        given.stop(stop)
    return given


@pytest.mark.parametrize("stops", [(), *((stop,) for stop in Stop)])
def test_a_verdict_finishes_the_job_however_it_was_stopped(stops: tuple[Stop, ...]) -> None:
    settlement = assignment(*stops).settle_result(JUDGED)

    assert settlement == Settlement(state=JobState.FINISHED, result=JUDGED)


def test_a_job_whose_cancel_was_asked_for_is_cancelled_with_what_there_is() -> None:
    settlement = assignment(Stop.CANCEL_REQUESTED).settle_result(CUT)

    assert settlement == Settlement(state=JobState.CANCELLED, result=CUT)


def test_a_job_that_only_our_shutdown_cut_short_is_given_back_with_its_attempt() -> None:
    settlement = assignment(Stop.SHUTDOWN).settle_result(CUT)

    assert settlement == Settlement(state=JobState.QUEUED, failure=CUT_SHORT, uses_attempt=False)


@pytest.mark.parametrize("stops", [(), (Stop.LEASE_LOST,), (Stop.SHUTDOWN, Stop.LEASE_LOST)])
def test_a_job_that_was_cut_short_for_any_other_reason_is_tried_again(
    stops: tuple[Stop, ...],
) -> None:
    settlement = assignment(*stops).settle_result(CUT)

    assert settlement == Settlement(state=JobState.QUEUED, failure=CUT_SHORT)


@pytest.mark.parametrize(
    ("first", "second", "state"),
    [
        (Stop.CANCEL_REQUESTED, Stop.SHUTDOWN, JobState.CANCELLED),
        (Stop.SHUTDOWN, Stop.CANCEL_REQUESTED, JobState.QUEUED),
        (Stop.CANCEL_REQUESTED, Stop.LEASE_LOST, JobState.QUEUED),
    ],
)
def test_the_first_reason_stands_but_for_a_lost_lease(
    first: Stop, second: Stop, state: JobState
) -> None:
    assert assignment(first, second).settle_result(CUT).state is state


def test_after_a_fault_of_ours_the_job_is_tried_again_and_says_why() -> None:
    settlement = assignment().settle_fault(SandboxError("no box"))

    assert settlement == Settlement(state=JobState.QUEUED, failure="no box")


def test_after_a_fault_of_ours_a_job_that_nobody_wants_is_cancelled() -> None:
    settlement = assignment(Stop.CANCEL_REQUESTED).settle_fault(SandboxError("no box"))

    assert settlement == Settlement(state=JobState.CANCELLED)


def test_a_lease_is_lost_when_its_time_is_over() -> None:
    given = assignment()

    assert not given.is_lost(LATER - timedelta(microseconds=1))
    assert given.is_lost(LATER)


def test_a_renewed_lease_holds_longer() -> None:
    given = assignment()

    given.renew(replace(given.lease, until=LATER + timedelta(seconds=30)))

    assert not given.is_lost(LATER)


def test_a_lease_that_was_not_renewed_is_lost_at_once() -> None:
    given = assignment()

    given.renew(None)

    assert given.is_lost(NOW)
