"""The ``Store`` port, on every adapter."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from stockade.core.errors import Conflict, InvalidSubmission, JobNotFound, StoreError
from stockade.core.job import Job, JobState, Result, Settlement
from stockade.core.ports import Page, Queue, Store
from stockade.core.run import Ending, Output, Run, Usage
from stockade.core.step import Isolation
from stockade.core.verdict import Verdict
from stockade.database.clock import FakeClock

pytestmark = pytest.mark.anyio

NewJob = Callable[..., Job]

RUN = Run(
    ending=Ending.SIGNALLED,
    exit_code=None,
    signal="SIGSEGV",
    stdout=Output(data=b"\xff\x00", produced_bytes=2**40, truncated=True),
    stderr=Output(),
    usage=Usage(cpu_ms=1.5, wall_ms=2.25, memory_bytes=1, processes_peak=2),
)
RESULT = Result(
    verdict=Verdict.RUNTIME_ERROR,
    compile=RUN,
    run=RUN,
    isolation=Isolation(backend="fake", enforced=("a",), missing=("b", "c")),
)


def ids(page: Page) -> list[str]:
    return [job.id for job in page.jobs]


async def finish(queue: Queue, result: Result = RESULT) -> Job:
    (lease,) = await queue.lease("worker", 1)
    job = await queue.settle(lease, Settlement(state=JobState.FINISHED, result=result))
    assert job is not None
    return job


async def test_a_recorded_job_is_read_back_as_it_was(store: Store, new_job: NewJob) -> None:
    job = new_job()
    await store.add(job)
    assert await store.get("ada", job.id) == job


async def test_a_finished_job_is_read_back_with_its_result(
    store: Store, queue: Queue, new_job: NewJob, clock: FakeClock
) -> None:
    job = new_job()
    await store.add(job)
    finished = await finish(queue)
    read = await store.get("ada", job.id)
    assert read == finished
    assert read.result == RESULT
    assert (read.started_at, read.finished_at) == (clock.now(), clock.now())


async def test_a_job_is_recorded_in_whatever_state_it_is(store: Store, new_job: NewJob) -> None:
    job = replace(
        new_job(),
        state=JobState.FAILED,
        attempts=2,
        started_at=datetime.fromisoformat("2026-01-01T00:00:00.000001+00:00"),
        finished_at=datetime.fromisoformat("2026-01-01T00:00:00.999999+00:00"),
        result=RESULT,
        failure="The disk was full.",
    )
    await store.add(job)
    assert await store.get("ada", job.id) == job


async def test_an_id_is_recorded_once(store: Store, new_job: NewJob) -> None:
    job = new_job()
    await store.add(job)
    with pytest.raises(StoreError):
        await store.add(replace(job, owner="bob"))
    assert await store.get("ada", job.id) == job


async def test_a_job_that_fails_to_be_recorded_leaves_its_neighbours_alone(
    store: Store, new_job: NewJob
) -> None:
    jobs = [new_job() for _ in range(6)]
    await store.add(jobs[0])
    outcomes = await asyncio.gather(*map(store.add, jobs), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [StoreError, *[type(None)] * 5]
    assert ids(await store.page("ada", cursor=None, size=10)) == [job.id for job in jobs[::-1]]


async def test_many_record_at_once_and_lose_nothing(store: Store, new_job: NewJob) -> None:
    jobs = [new_job() for _ in range(600)]
    await asyncio.gather(*map(store.add, jobs))
    assert [await store.get("ada", job.id) for job in jobs] == jobs


async def test_a_job_that_does_not_exist_is_not_found(store: Store) -> None:
    with pytest.raises(JobNotFound):
        await store.get("ada", "no-such-job")
    with pytest.raises(JobNotFound):
        await store.cancel("ada", "no-such-job", datetime.fromisoformat("2026-01-01T00:00Z"))
    with pytest.raises(JobNotFound):
        await store.delete("ada", "no-such-job")


async def test_another_owners_job_is_not_found_and_not_changed(
    store: Store, new_job: NewJob, clock: FakeClock
) -> None:
    job = new_job()
    await store.add(job)
    with pytest.raises(JobNotFound):
        await store.get("bob", job.id)
    with pytest.raises(JobNotFound):
        await store.cancel("bob", job.id, clock.now())
    await store.cancel("ada", job.id, clock.now())
    with pytest.raises(JobNotFound):
        await store.delete("bob", job.id)
    assert (await store.get("ada", job.id)).state is JobState.CANCELLED


async def test_a_list_shows_an_owners_jobs_newest_first(store: Store, new_job: NewJob) -> None:
    jobs = [new_job("ada"), new_job("bob"), new_job("ada")]
    for job in jobs:
        await store.add(job)
    page = await store.page("ada", cursor=None, size=10)
    assert page == Page(jobs=(jobs[2].summary, jobs[0].summary), next_cursor=None)
    assert await store.page("eve", cursor=None, size=10) == Page(jobs=(), next_cursor=None)


async def test_a_list_shows_what_became_of_each_job(
    store: Store, queue: Queue, new_job: NewJob, clock: FakeClock
) -> None:
    for job in [new_job() for _ in range(5)]:
        await store.add(job)
    finished = await finish(queue)
    released, failed, running = await queue.lease("worker", 3)
    await queue.settle(released, Settlement(state=JobState.QUEUED, failure="No box."))
    await queue.settle(failed, Settlement(state=JobState.FAILED, failure="The disk was full."))
    await store.cancel("ada", "job-5", clock.now())
    page = await store.page("ada", cursor=None, size=10)
    whole = [await store.get("ada", f"job-{number}") for number in (5, 4, 3, 2, 1)]
    assert page.jobs == tuple(job.summary for job in whole)
    assert whole[1] == running.job
    assert page.jobs[-1].verdict is finished.summary.verdict is Verdict.RUNTIME_ERROR


async def test_a_job_recorded_with_a_result_is_listed_with_its_verdict(
    store: Store, new_job: NewJob
) -> None:
    job = replace(new_job(), state=JobState.FINISHED, result=RESULT)
    await store.add(job)
    assert (await store.page("ada", cursor=None, size=1)).jobs == (job.summary,)


async def test_a_list_is_the_same_whatever_the_size_of_the_jobs(
    store: Store, queue: Queue, new_job: NewJob
) -> None:
    small, output = new_job(), replace(RUN.stdout, data=b"x" * 1_000_000)
    submission = replace(small.submission, stdin=b"x" * 1_000_000)
    large = replace(small, id="large", owner="bob", submission=submission)
    await store.add(small)
    await store.add(large)
    await finish(queue)
    await finish(queue, replace(RESULT, run=replace(RUN, stdout=output)))
    (listed,) = (await store.page("ada", cursor=None, size=1)).jobs
    (listed_large,) = (await store.page("bob", cursor=None, size=1)).jobs
    assert listed_large == replace(listed, id="large", owner="bob")


@pytest.mark.parametrize("size", [1, 2, 3, 6, 7])
async def test_cursors_lead_through_the_whole_list_and_end(
    store: Store, new_job: NewJob, size: int
) -> None:
    for owner in ["ada", "bob"] * 6:
        await store.add(new_job(owner))
    seen: list[str] = []
    cursor, pages = None, 0
    while pages == 0 or cursor is not None:
        page = await store.page("ada", cursor=cursor, size=size)
        assert 1 <= len(page.jobs) <= size
        seen, cursor, pages = seen + ids(page), page.next_cursor, pages + 1
    assert seen == [f"job-{number}" for number in (11, 9, 7, 5, 3, 1)]
    assert pages == -(-6 // size)


async def test_a_cursor_keeps_its_place_while_jobs_come_and_go(
    store: Store, new_job: NewJob, clock: FakeClock
) -> None:
    jobs = [new_job() for _ in range(4)]
    for job in jobs:
        await store.add(job)
    first = await store.page("ada", cursor=None, size=2)
    await store.add(new_job())
    for job in jobs[1:3]:
        await store.cancel("ada", job.id, clock.now())
        await store.delete("ada", job.id)
    rest = await store.page("ada", cursor=first.next_cursor, size=2)
    assert ids(rest) == [jobs[0].id]


@pytest.mark.parametrize("cursor", ["", "x", "é", "AAAA", "A" * 16, "A" * 5000, "../..", "\x00"])
async def test_a_cursor_that_we_did_not_make_is_refused(store: Store, cursor: str) -> None:
    with pytest.raises(InvalidSubmission) as refusal:
        await store.page("ada", cursor=cursor, size=2)
    assert refusal.value.field == "cursor"


async def test_another_owners_cursor_is_refused(store: Store, new_job: NewJob) -> None:
    for _ in range(3):
        await store.add(new_job("bob"))
    cursor = (await store.page("bob", cursor=None, size=2)).next_cursor
    with pytest.raises(InvalidSubmission):
        await store.page("ada", cursor=cursor, size=2)


async def test_a_queued_job_is_cancelled_at_once_and_for_good(
    store: Store, queue: Queue, new_job: NewJob, clock: FakeClock
) -> None:
    job, other = new_job(), new_job()
    await store.add(job)
    await store.add(other)
    cancelled = await store.cancel("ada", job.id, clock.now())
    assert cancelled == replace(job, state=JobState.CANCELLED, finished_at=clock.now())
    assert await store.get("ada", job.id) == cancelled
    leases = await queue.lease("worker", 10)
    assert [lease.job.id for lease in leases] == [other.id]


async def test_cancelling_leaves_a_running_or_final_job_as_it_is(
    store: Store, queue: Queue, new_job: NewJob, clock: FakeClock
) -> None:
    job = new_job()
    await store.add(job)
    (lease,) = await queue.lease("worker", 1)
    assert await store.cancel("ada", job.id, clock.now()) == lease.job
    finished = await queue.settle(lease, Settlement(state=JobState.FINISHED, result=RESULT))
    clock.advance(timedelta(seconds=5))
    assert await store.cancel("ada", job.id, clock.now()) == finished


async def test_a_deleted_job_is_gone(store: Store, queue: Queue, new_job: NewJob) -> None:
    job, other = new_job(), new_job()
    await store.add(job)
    await store.add(other)
    await finish(queue)
    await store.delete("ada", job.id)
    with pytest.raises(JobNotFound):
        await store.get("ada", job.id)
    with pytest.raises(JobNotFound):
        await store.delete("ada", job.id)
    assert ids(await store.page("ada", cursor=None, size=10)) == [other.id]


async def test_a_job_that_is_not_final_cannot_be_deleted(
    store: Store, queue: Queue, new_job: NewJob
) -> None:
    job = new_job()
    await store.add(job)
    with pytest.raises(Conflict, match="queued"):
        await store.delete("ada", job.id)
    (lease,) = await queue.lease("worker", 1)
    with pytest.raises(Conflict, match="running"):
        await store.delete("ada", job.id)
    assert await store.get("ada", job.id) == lease.job
