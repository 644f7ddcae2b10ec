"""The ``Channel`` port, on every adapter."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import TypeVar

import pytest

from stockade.channel.memory import MemoryChannel
from stockade.core.job import Job, JobState
from stockade.core.ports import Channel
from stockade.core.submission import Submission

pytestmark = pytest.mark.anyio

T = TypeVar("T")
JOB = Job(
    id="job-1",
    owner="ada",
    submission=Submission(language="python", files=(), entry="main.py"),
    state=JobState.QUEUED,
    created_at=datetime(2026, 1, 1, tzinfo=UTC),
)
RUNNING = replace(JOB, state=JobState.RUNNING)
FINISHED = replace(JOB, state=JobState.FINISHED)


@pytest.fixture(params=[MemoryChannel], ids=["memory"])
def channel(request: pytest.FixtureRequest) -> Channel:
    made: Channel = request.param()
    return made


async def soon(news: AsyncIterator[T]) -> T:
    """The next item, which must be there within a time that no machine is too slow for."""
    async with asyncio.timeout(10):
        return await anext(news)


async def is_silent(news: AsyncIterator[object]) -> bool:
    """Whether nothing waits to be read."""
    reading = asyncio.ensure_future(anext(news))
    for _ in range(5):
        await asyncio.sleep(0)
    return reading.cancel()


async def test_a_watcher_hears_what_is_announced_in_its_order(channel: Channel) -> None:
    async with channel.watch("job-1") as news:
        channel.announce(RUNNING)
        channel.announce(FINISHED)
        assert [await soon(news), await soon(news)] == [RUNNING, FINISHED]


async def test_a_watcher_that_waits_is_woken(channel: Channel) -> None:
    async with channel.watch("job-1") as news:
        waiting = asyncio.ensure_future(soon(news))
        await asyncio.sleep(0)
        channel.announce(RUNNING)
        assert await waiting == RUNNING


async def test_every_watcher_hears_all_of_its_own_job_and_nothing_of_others(
    channel: Channel,
) -> None:
    other = replace(JOB, id="job-2")
    async with (
        channel.watch("job-1") as one,
        channel.watch("job-1") as two,
        channel.watch("job-2") as three,
    ):
        channel.announce(other)
        channel.announce(RUNNING)
        assert [await soon(one), await soon(two)] == [RUNNING, RUNNING]
        assert await soon(three) == other
        assert await is_silent(three)


async def test_what_was_announced_before_entering_is_not_heard(channel: Channel) -> None:
    channel.announce(RUNNING)
    async with channel.watch("job-1") as news:
        channel.announce(FINISHED)
        assert await soon(news) == FINISHED


async def test_a_slow_watcher_misses_the_middle_but_never_the_first_or_the_last(
    channel: Channel,
) -> None:
    states = [replace(RUNNING, attempts=number) for number in range(1000)]
    async with channel.watch("job-1") as news:
        for job in [*states, FINISHED]:
            channel.announce(job)
        heard = [await soon(news)]
        while heard[-1] != FINISHED:
            heard.append(await soon(news))
    assert heard[0] == states[0]
    assert len(heard) < 100
    assert [job.attempts for job in heard[:-1]] == sorted(job.attempts for job in heard[:-1])


async def test_a_watcher_that_gave_up_waiting_can_wait_again(channel: Channel) -> None:
    async with channel.watch("job-1") as news:
        assert await is_silent(news)
        channel.announce(FINISHED)
        assert await soon(news) == FINISHED


async def test_one_watcher_that_leaves_does_not_disturb_another(channel: Channel) -> None:
    async with channel.watch("job-1") as news:
        async with channel.watch("job-1"):
            pass
        channel.announce(RUNNING)
        assert await soon(news) == RUNNING


async def test_every_worker_hears_which_jobs_to_kill(channel: Channel) -> None:
    channel.request_cancel("too-early")
    async with channel.cancel_requests() as one, channel.cancel_requests() as two:
        channel.request_cancel("job-1")
        channel.request_cancel("job-2")
        assert [await soon(one), await soon(one)] == ["job-1", "job-2"]
        assert await soon(two) == "job-1"


async def test_no_request_is_lost_while_a_worker_is_busy(channel: Channel) -> None:
    wanted = [f"job-{number}" for number in range(1000)]
    async with channel.cancel_requests() as requests:
        for job_id in wanted:
            channel.request_cancel(job_id)
        assert [await soon(requests) for _ in wanted] == wanted
