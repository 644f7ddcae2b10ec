from __future__ import annotations

from datetime import UTC, datetime

import pytest

from stockade.core.job import Job, JobState, Settlement
from stockade.core.submission import Submission
from stockade.database.clock import FakeClock
from stockade.database.memory import MemoryJobs
from stockade.queue.memory import MemoryQueue

pytestmark = pytest.mark.anyio


async def test_a_job_that_is_there_is_taken_and_nothing_is_kept_of_the_lease() -> None:
    jobs = MemoryJobs()
    jobs.add(
        Job(
            id="a",
            owner="ada",
            submission=Submission(language="python", files=(), entry="main.py"),
            state=JobState.QUEUED,
            created_at=datetime(2026, 1, 1, tzinfo=UTC),
        )
    )
    queue = MemoryQueue(jobs, FakeClock())
    (lease,) = await queue.lease("worker", 1)
    assert jobs.leases == {"a": lease}
    assert jobs.jobs["a"] == lease.job
    await queue.settle(lease, Settlement(state=JobState.FAILED, failure="it broke"))
    assert jobs.leases == {}
