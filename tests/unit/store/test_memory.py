from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from stockade.core.job import Job, JobState
from stockade.core.submission import Submission
from stockade.database.memory import MemoryJobs
from stockade.store.memory import MemoryStore

pytestmark = pytest.mark.anyio

JOB = Job(
    id="a",
    owner="ada",
    submission=Submission(language="python", files=(), entry="main.py"),
    state=JobState.FINISHED,
    created_at=datetime(2026, 1, 1, tzinfo=UTC),
)


async def test_stores_on_the_same_jobs_show_the_same() -> None:
    jobs = MemoryJobs()
    await MemoryStore(jobs).add(JOB)
    assert await MemoryStore(jobs).get("ada", "a") == JOB


async def test_nothing_is_kept_of_deleted_jobs() -> None:
    jobs = MemoryJobs()
    store = MemoryStore(jobs)
    for job in (JOB, replace(JOB, id="b")):
        await store.add(job)
        await store.delete("ada", job.id)
    assert (jobs.jobs, jobs.leases, jobs.sequences) == ({}, {}, {})
