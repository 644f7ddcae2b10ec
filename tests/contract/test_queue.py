"""The ``Queue`` port, on every adapter, beside the store it shares its jobs with."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from stockade.core.job import Job, JobState, Lease, Result, Settlement
from stockade.core.ports import Backlog, Queue, Store
from stockade.core.step import Isolation
from stockade.core.verdict import Verdict
from stockade.database.clock import FakeClock
from stockade.queue.terms import Terms

if TYPE_CHECKING:
    from tests.contract.conftest import MakeQueue

pytestmark = pytest.mark.anyio

NewJob = Callable[..., Job]

LEASE = timedelta(seconds=30)
MOMENT = timedelta(microseconds=1)
RESULT = Result(
    verdict=Verdict.ACCEPTED, compile=None, run=None, isolation=Isolation(backend="fake")
)
FINISHED = Settlement(state=JobState.FINISHED, result=RESULT)
RELEASED = Settlement(state=JobState.QUEUED, failure="The box could not be made.")
GIVEN_BACK = Settlement(
    state=JobState.QUEUED, failure="The worker was stopped.", uses_attempt=False
)


async def recorded(store: Store, new_job: NewJob, number: int) -> list[Job]:
    jobs = [new_job() for _ in range(number)]
    for job in jobs:
        await store.add(job)
    return jobs


async def lease_one(queue: Queue, worker: str = "worker") -> Lease:
    """The lease of a job that is there to be taken."""
    async with asyncio.timeout(10):
        (lease,) = await queue.lease(worker, 1)
    return lease


async def is_empty(queue: Queue) -> bool:
    """Whether a worker that asks now is left waiting."""
    asking = asyncio.ensure_future(queue.lease("prober", 1))
    # Long enough for the answer of a database: a queue that gives something gives it by then.
    done, _ = await asyncio.wait([asking], timeout=0.1)
    asking.cancel()
    await asyncio.wait([asking])
    return not done


def ids(leases: Sequence[Lease]) -> list[str]:
    return [lease.job.id for lease in leases]


# Taking


async def test_the_oldest_jobs_are_taken_first_and_no_more_than_asked_for(
    store: Store, queue: Queue, new_job: NewJob
) -> None:
    jobs = await recorded(store, new_job, 5)
    first = await queue.lease("worker", 2)
    rest = await queue.lease("worker", 100)
    assert ids(first) == [job.id for job in jobs[:2]]
    assert ids(rest) == [job.id for job in jobs[2:]]


async def test_a_leased_job_is_the_recorded_one_in_its_first_attempt(
    store: Store, queue: Queue, new_job: NewJob, clock: FakeClock
) -> None:
    (job,) = await recorded(store, new_job, 1)
    lease = await lease_one(queue)
    running = replace(job, state=JobState.RUNNING, attempts=1, started_at=clock.now())
    assert lease == Lease(job=running, worker="worker", until=clock.now() + LEASE)
    assert await store.get("ada", job.id) == running


async def test_a_leased_job_is_given_to_nobody_else(
    store: Store, queue: Queue, new_job: NewJob
) -> None:
    await recorded(store, new_job, 1)
    await lease_one(queue)
    assert await is_empty(queue)


async def test_a_waiting_worker_is_woken_by_a_job_that_is_put(
    store: Store, queue: Queue, new_job: NewJob
) -> None:
    waiting = asyncio.ensure_future(lease_one(queue))
    await asyncio.sleep(0.05)
    (job,) = await recorded(store, new_job, 1)
    await queue.put(job)
    assert (await waiting).job.id == job.id


async def test_every_waiting_worker_is_woken_while_there_are_jobs(
    store: Store, queue: Queue, new_job: NewJob
) -> None:
    waiting = [asyncio.ensure_future(lease_one(queue, f"worker-{n}")) for n in range(4)]
    await asyncio.sleep(0.05)
    jobs = await recorded(store, new_job, 4)
    await asyncio.gather(*map(queue.put, jobs))
    leases = await asyncio.gather(*waiting)
    assert {lease.job.id for lease in leases} == {job.id for job in jobs}


async def test_a_job_that_was_recorded_but_never_put_is_found(
    store: Store, make_queue: MakeQueue, new_job: NewJob
) -> None:
    queue = make_queue(Terms(look_every_s=0.01))
    waiting = asyncio.ensure_future(lease_one(queue))
    await asyncio.sleep(0.05)
    (job,) = await recorded(store, new_job, 1)
    assert (await waiting).job.id == job.id


@pytest.mark.parametrize("turns", [0, 1, 2, 3, 5, 10, 30, 100])
async def test_a_worker_cancelled_at_any_moment_leaves_its_jobs_to_others_at_once(
    store: Store, queue: Queue, new_job: NewJob, turns: int
) -> None:
    jobs = await recorded(store, new_job, 2)
    leaving = asyncio.ensure_future(queue.lease("leaver", 1))
    for _ in range(turns):
        await asyncio.sleep(0)
    leaving.cancel()
    held = [lease.job for lease in await leaving] if not await left(leaving) else []
    rest = [await lease_one(queue) for _ in jobs[len(held) :]]
    assert {job.id for job in held} | {lease.job.id for lease in rest} == {job.id for job in jobs}
    assert [lease.job.attempts for lease in rest] == [1] * len(rest)


async def left(worker: asyncio.Future[Sequence[Lease]]) -> bool:
    """Whether the cancellation came before the answer."""
    await asyncio.wait([worker])
    return worker.cancelled()


async def test_many_workers_share_the_jobs_and_none_is_taken_twice(
    store: Store, queue: Queue, new_job: NewJob
) -> None:
    jobs = await recorded(store, new_job, 200)
    taken: Counter[str] = Counter()
    all_taken = asyncio.Event()

    async def work(worker: str) -> None:
        while True:
            for lease in await queue.lease(worker, 3):
                taken[lease.job.id] += 1
                assert await queue.settle(lease, FINISHED)
            if taken.total() >= len(jobs):
                all_taken.set()

    workers = [asyncio.ensure_future(work(f"worker-{number}")) for number in range(8)]
    async with asyncio.timeout(60):
        await all_taken.wait()
    for worker in workers:
        worker.cancel()
    await asyncio.wait(workers)
    assert taken == {job.id: 1 for job in jobs}
    assert all(worker.cancelled() for worker in workers)


# Holding


async def test_a_lease_holds_until_its_time_and_not_longer(
    store: Store, queue: Queue, new_job: NewJob, clock: FakeClock
) -> None:
    (job,) = await recorded(store, new_job, 1)
    await lease_one(queue, "lost")
    clock.advance(LEASE - MOMENT)
    assert await is_empty(queue)
    clock.advance(MOMENT)
    lease = await lease_one(queue, "next")
    assert (lease.job.id, lease.job.attempts, lease.worker) == (job.id, 2, "next")
    assert lease.job.started_at == clock.now()


async def test_an_expired_lease_is_found_by_a_worker_that_waits(
    store: Store, make_queue: MakeQueue, new_job: NewJob, clock: FakeClock
) -> None:
    queue = make_queue(Terms(look_every_s=0.01))
    (job,) = await recorded(store, new_job, 1)
    await lease_one(queue, "lost")
    waiting = asyncio.ensure_future(lease_one(queue))
    await asyncio.sleep(0.05)
    clock.advance(LEASE)
    assert (await waiting).job.id == job.id


async def test_an_expired_job_is_older_than_those_recorded_after_it(
    store: Store, queue: Queue, new_job: NewJob, clock: FakeClock
) -> None:
    first, second = await recorded(store, new_job, 2)
    await lease_one(queue, "lost")
    clock.advance(LEASE)
    assert ids(await queue.lease("worker", 2)) == [first.id, second.id]


async def test_a_renewed_lease_holds_from_now_on(
    store: Store, queue: Queue, new_job: NewJob, clock: FakeClock
) -> None:
    await recorded(store, new_job, 1)
    lease = await lease_one(queue)
    clock.advance(LEASE - MOMENT)
    assert await queue.renew([lease]) == [replace(lease, until=clock.now() + LEASE)]
    clock.advance(LEASE - MOMENT)
    assert await is_empty(queue)
    assert await queue.settle(lease, FINISHED)


async def test_renewing_tells_which_leases_are_still_the_workers(
    store: Store, queue: Queue, new_job: NewJob, clock: FakeClock
) -> None:
    await recorded(store, new_job, 3)
    settled, expired, held = await queue.lease("worker", 3)
    await queue.settle(settled, FINISHED)
    clock.advance(LEASE - MOMENT)
    (held,) = await queue.renew([held])
    clock.advance(MOMENT)
    taken_over = await lease_one(queue, "worker")
    renewed = await queue.renew([settled, expired, held])
    assert ids(renewed) == [held.job.id]
    assert taken_over.job.id == expired.job.id


async def test_nothing_to_renew_is_renewed_as_nothing(queue: Queue) -> None:
    assert list(await queue.renew([])) == []


# Settling


@pytest.mark.parametrize(
    "settlement",
    [
        FINISHED,
        Settlement(state=JobState.CANCELLED, result=replace(RESULT, verdict=None)),
        Settlement(state=JobState.FAILED, failure="No box could be made."),
    ],
    ids=["finished", "cancelled", "failed"],
)
async def test_a_settled_job_is_final_with_what_came_with_it(
    store: Store, queue: Queue, new_job: NewJob, clock: FakeClock, settlement: Settlement
) -> None:
    await recorded(store, new_job, 1)
    lease = await lease_one(queue)
    clock.advance(timedelta(seconds=2))
    settled = await queue.settle(lease, settlement)
    assert settled == replace(
        lease.job,
        state=settlement.state,
        finished_at=clock.now(),
        result=settlement.result,
        failure=settlement.failure,
    )
    assert await store.get("ada", lease.job.id) == settled
    clock.advance(2 * LEASE)
    assert await is_empty(queue)


async def test_a_settled_job_cannot_be_settled_again(
    store: Store, queue: Queue, new_job: NewJob
) -> None:
    await recorded(store, new_job, 1)
    lease = await lease_one(queue)
    settled = await queue.settle(lease, FINISHED)
    late = Settlement(state=JobState.FAILED, failure="late")
    assert await queue.settle(lease, late) is None
    assert await store.get("ada", lease.job.id) == settled


@pytest.mark.parametrize("next_worker", ["worker", "other"])
async def test_who_lost_a_lease_changes_nothing_any_more(
    store: Store, queue: Queue, new_job: NewJob, clock: FakeClock, next_worker: str
) -> None:
    await recorded(store, new_job, 1)
    lost = await lease_one(queue, "worker")
    clock.advance(LEASE)
    held = await lease_one(queue, next_worker)
    for settlement in (FINISHED, RELEASED):
        assert await queue.settle(lost, settlement) is None
    assert await queue.renew([lost]) == []
    assert await store.get("ada", held.job.id) == held.job
    assert await queue.settle(held, FINISHED)


async def test_an_expired_lease_that_nobody_took_over_can_still_be_settled(
    store: Store, queue: Queue, new_job: NewJob, clock: FakeClock
) -> None:
    await recorded(store, new_job, 1)
    lease = await lease_one(queue)
    clock.advance(2 * LEASE)
    assert await queue.settle(lease, FINISHED)


async def test_a_released_job_is_given_out_again_as_the_next_attempt(
    store: Store, queue: Queue, new_job: NewJob
) -> None:
    (job,) = await recorded(store, new_job, 1)
    released = await queue.settle(await lease_one(queue), RELEASED)
    assert released == replace(job, attempts=1, failure=RELEASED.failure)
    assert await store.get("ada", job.id) == released
    again = await lease_one(queue)
    assert (again.job.attempts, again.job.failure) == (2, RELEASED.failure)
    finished = await queue.settle(again, FINISHED)
    assert finished is not None
    assert finished.failure is None


async def test_releasing_a_job_wakes_a_waiting_worker(
    store: Store, queue: Queue, new_job: NewJob
) -> None:
    await recorded(store, new_job, 1)
    lease = await lease_one(queue)
    waiting = asyncio.ensure_future(lease_one(queue, "other"))
    await asyncio.sleep(0.05)
    await queue.settle(lease, RELEASED)
    assert (await waiting).worker == "other"


async def test_a_running_job_cannot_be_settled_as_running(
    store: Store, queue: Queue, new_job: NewJob
) -> None:
    await recorded(store, new_job, 1)
    lease = await lease_one(queue)
    with pytest.raises(ValueError, match="running"):
        await queue.settle(lease, Settlement(state=JobState.RUNNING))
    assert await store.get("ada", lease.job.id) == lease.job


async def test_a_job_released_in_its_last_attempt_has_failed(
    store: Store, queue: Queue, new_job: NewJob, clock: FakeClock
) -> None:
    (job,) = await recorded(store, new_job, 1)
    for _ in range(2):
        await queue.settle(await lease_one(queue), RELEASED)
    failed = await queue.settle(await lease_one(queue), RELEASED)
    assert failed is not None
    assert (failed.state, failed.attempts) == (JobState.FAILED, 3)
    assert failed.failure == ("Given up in attempt 3: The box could not be made.")
    assert failed.finished_at == clock.now()
    assert await store.get("ada", job.id) == failed
    assert await is_empty(queue)


async def test_a_job_that_loses_its_worker_in_every_attempt_has_failed(
    store: Store, queue: Queue, new_job: NewJob, clock: FakeClock
) -> None:
    (job,) = await recorded(store, new_job, 1)
    for _ in range(3):
        last = await lease_one(queue)
        clock.advance(LEASE)
    assert await is_empty(queue)
    failed = await store.get("ada", job.id)
    assert failed == replace(
        last.job,
        state=JobState.FAILED,
        finished_at=clock.now(),
        failure="Given up in attempt 3: The worker was lost.",
    )
    assert await queue.settle(last, FINISHED) is None


async def test_a_job_that_was_lost_is_announced_as_it_is_then(
    store: Store, make_queue: MakeQueue, new_job: NewJob, clock: FakeClock
) -> None:
    announced: list[Job] = []
    queue = make_queue(Terms(lease_for=LEASE, max_attempts=2), announced.append)
    (job,) = await recorded(store, new_job, 1)
    first = await lease_one(queue)
    clock.advance(LEASE)
    assert announced == []
    await lease_one(queue)
    assert announced == [replace(job, attempts=1, failure="The worker was lost.")]
    clock.advance(LEASE)
    assert await is_empty(queue)
    assert announced[1:] == [await store.get("ada", job.id)]
    assert announced[1].state is JobState.FAILED
    assert await queue.settle(first, FINISHED) is None


async def test_a_job_that_is_given_up_is_announced_though_nobody_else_is_taken(
    store: Store, make_queue: MakeQueue, new_job: NewJob, clock: FakeClock
) -> None:
    given_up = asyncio.Event()
    terms = Terms(lease_for=LEASE, max_attempts=1, look_every_s=0.01)
    queue = make_queue(terms, lambda _: given_up.set())
    await recorded(store, new_job, 1)
    await lease_one(queue)
    waiting = asyncio.ensure_future(queue.lease("other", 1))
    await asyncio.sleep(0.05)
    clock.advance(LEASE)
    async with asyncio.timeout(10):
        await given_up.wait()
    waiting.cancel()
    await asyncio.wait([waiting])
    assert waiting.cancelled()


async def test_what_a_worker_settles_is_left_to_the_worker_to_announce(
    store: Store, make_queue: MakeQueue, new_job: NewJob
) -> None:
    announced: list[Job] = []
    queue = make_queue(Terms(max_attempts=2), announced.append)
    await recorded(store, new_job, 1)
    for settlement in (RELEASED, RELEASED):
        assert await queue.settle(await lease_one(queue), settlement)
    assert await is_empty(queue)
    assert announced == []


async def test_a_job_given_back_is_as_if_it_had_not_been_tried(
    store: Store, queue: Queue, new_job: NewJob
) -> None:
    (job,) = await recorded(store, new_job, 1)
    given_back = await queue.settle(await lease_one(queue), GIVEN_BACK)
    assert given_back == replace(job, failure=GIVEN_BACK.failure)
    assert await store.get("ada", job.id) == given_back


async def test_a_job_given_back_twenty_times_is_still_run(
    store: Store, queue: Queue, new_job: NewJob
) -> None:
    await recorded(store, new_job, 1)
    for number in range(20):
        assert await queue.settle(await lease_one(queue, f"worker-{number}"), GIVEN_BACK)
    lease = await lease_one(queue)
    finished = await queue.settle(lease, FINISHED)
    assert finished is not None
    assert (finished.state, finished.attempts, finished.failure) == (JobState.FINISHED, 1, None)


async def test_giving_back_in_the_last_attempt_leaves_that_attempt(
    store: Store, queue: Queue, new_job: NewJob
) -> None:
    await recorded(store, new_job, 1)
    for _ in range(2):
        await queue.settle(await lease_one(queue), RELEASED)
    await queue.settle(await lease_one(queue), GIVEN_BACK)
    last = await lease_one(queue, "other")
    assert last.job.attempts == 3
    failed = await queue.settle(last, RELEASED)
    assert failed is not None
    assert failed.state is JobState.FAILED


async def test_a_job_that_is_given_up_does_not_hold_up_the_next(
    store: Store, queue: Queue, new_job: NewJob, clock: FakeClock
) -> None:
    _, second = await recorded(store, new_job, 2)
    for _ in range(3):
        await lease_one(queue)
        clock.advance(LEASE)
    assert (await lease_one(queue)).job.id == second.id


# Looking


async def test_the_backlog_counts_what_waits_since_the_oldest(
    store: Store, queue: Queue, new_job: NewJob
) -> None:
    assert await queue.backlog() == Backlog(depth=0, oldest_at=None)
    jobs = await recorded(store, new_job, 4)
    assert await queue.backlog() == Backlog(depth=4, oldest_at=jobs[0].created_at)
    lease = await lease_one(queue)
    await store.cancel("ada", jobs[1].id, jobs[3].created_at)
    assert await queue.backlog() == Backlog(depth=2, oldest_at=jobs[2].created_at)
    await queue.settle(lease, RELEASED)
    assert await queue.backlog() == Backlog(depth=3, oldest_at=jobs[0].created_at)


async def test_the_backlog_ahead_of_a_job_is_what_is_taken_before_it(
    store: Store, queue: Queue, new_job: NewJob
) -> None:
    jobs = await recorded(store, new_job, 4)
    await lease_one(queue)
    assert await queue.backlog(jobs[0]) == Backlog(depth=0, oldest_at=None)
    assert await queue.backlog(jobs[1]) == Backlog(depth=0, oldest_at=None)
    assert await queue.backlog(jobs[3]) == Backlog(depth=2, oldest_at=jobs[1].created_at)
    assert await queue.backlog(new_job()) == Backlog(depth=0, oldest_at=None)
