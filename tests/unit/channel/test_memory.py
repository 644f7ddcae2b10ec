from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from stockade.channel.memory import REQUEST_BOUND, WATCHER_BOUND, MemoryChannel
from stockade.core.job import Job, JobState
from stockade.core.submission import Submission

pytestmark = pytest.mark.anyio

JOB = Job(
    id="job-1",
    owner="ada",
    submission=Submission(language="python", files=(), entry="main.py"),
    state=JobState.QUEUED,
    created_at=datetime(2026, 1, 1, tzinfo=UTC),
)


async def test_nothing_is_kept_of_watchers_and_workers_that_left() -> None:
    channel = MemoryChannel()
    with pytest.raises(LookupError):
        async with channel.watch("job-1"), channel.watch("job-1"), channel.cancel_requests():
            channel.announce(JOB)
            channel.request_cancel("job-1")
            raise LookupError
    assert (channel._watchers, channel._workers) == ({}, set())


async def test_nothing_is_kept_of_what_nobody_watches() -> None:
    channel = MemoryChannel()
    channel.announce(JOB)
    channel.request_cancel("job-1")
    assert (channel._watchers, channel._workers) == ({}, set())


async def test_a_watcher_that_never_reads_holds_a_bounded_number_of_news() -> None:
    channel = MemoryChannel()
    async with channel.watch("job-1"):
        for number in range(10 * WATCHER_BOUND):
            channel.announce(replace(JOB, attempts=number))
        (mailbox,) = channel._watchers["job-1"]
        kept = [job.attempts for job in mailbox._letters]
    assert kept == [*range(WATCHER_BOUND - 1), 10 * WATCHER_BOUND - 1]


async def test_a_worker_that_never_reads_holds_a_bounded_number_of_requests() -> None:
    channel = MemoryChannel()
    async with channel.cancel_requests():
        for number in range(2 * REQUEST_BOUND):
            channel.request_cancel(f"job-{number}")
        (mailbox,) = channel._workers
        assert len(mailbox._letters) == REQUEST_BOUND
