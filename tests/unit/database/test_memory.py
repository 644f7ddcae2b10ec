from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from stockade.core.job import Job, JobState
from stockade.core.submission import Submission
from stockade.database.memory import MemoryJobs

JOB = Job(
    id="a",
    owner="ada",
    submission=Submission(language="python", files=(), entry="main.py"),
    state=JobState.QUEUED,
    created_at=datetime(2026, 1, 1, tzinfo=UTC),
)


def test_jobs_are_numbered_in_their_order_and_no_number_is_used_twice() -> None:
    jobs = MemoryJobs()
    jobs.add(JOB)
    jobs.add(replace(JOB, id="b"))
    jobs.remove("b")
    jobs.add(replace(JOB, id="c"))
    assert jobs.sequences == {"a": 1, "c": 3}
    assert list(jobs.jobs) == ["a", "c"]


def test_queued_are_those_that_wait_oldest_first() -> None:
    jobs = MemoryJobs()
    for job in (JOB, replace(JOB, id="b", state=JobState.RUNNING), replace(JOB, id="c")):
        jobs.add(job)
    assert [job.id for job in jobs.queued()] == ["a", "c"]
