from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from stockade.core.errors import QueueError, SandboxError
from stockade.core.job import Job, JobState
from stockade.core.step import Step, StepOutcome
from stockade.core.verdict import Verdict
from stockade.sandbox.fake import FakeSandbox, exited
from stockade.worker.assignment import CUT_SHORT

if TYPE_CHECKING:
    from tests.unit.worker.conftest import Site

pytestmark = pytest.mark.anyio


async def test_a_job_is_carried_out_and_every_state_is_announced(site: Site) -> None:
    seen: list[Job] = []
    async with site.channel.watch("job-0") as news, site.working():
        await site.offer()
        async with asyncio.timeout(10):
            seen = [await anext(news), await anext(news)]

    assert [job.state for job in seen] == [JobState.RUNNING, JobState.FINISHED]
    assert seen[-1] == site.job("job-0")
    assert seen[-1].result is not None
    assert seen[-1].result.verdict is Verdict.ACCEPTED


async def test_it_takes_as_many_jobs_as_it_has_slots_and_no_more(site: Site) -> None:
    site.sandbox.hold()
    async with site.working():
        jobs = [await site.offer() for _ in range(5)]
        await site.sandbox.started(2)
        await site.settle_down()

        assert (await site.queue.backlog()).depth == 3
        assert site.figure("stockade_slots_busy") == 2

        site.sandbox.release()
        for job in jobs:
            await site.reaches(job, JobState.FINISHED)

    assert site.figure("stockade_slots_busy") == 0


async def test_the_next_job_starts_while_the_last_one_is_being_recorded(site: Site) -> None:
    site.sandbox = FakeSandbox(slots=1)
    site.queue.may_settle.clear()
    async with site.working():
        jobs = [await site.offer() for _ in range(2)]

        await site.sandbox.started(2)
        assert [site.job(job).state for job in jobs] == [JobState.RUNNING] * 2

        site.queue.may_settle.set()
        for job in jobs:
            await site.reaches(job, JobState.FINISHED)


async def test_a_cancel_request_kills_that_job_alone_and_frees_its_slot(site: Site) -> None:
    site.sandbox.hold()
    async with site.working():
        jobs = [await site.offer() for _ in range(3)]
        await site.sandbox.started(2)

        site.channel.request_cancel(jobs[0])

        cancelled = await site.reaches(jobs[0], JobState.CANCELLED)
        await site.sandbox.started(3)
        assert site.job(jobs[1]).state is site.job(jobs[2]).state is JobState.RUNNING

    assert cancelled.result is not None
    assert cancelled.result.verdict is None


async def test_a_cancel_request_that_came_before_its_job_is_honoured(site: Site) -> None:
    async with site.working():
        await site.settle_down()
        site.channel.request_cancel("job-0")
        await site.settle_down()

        await site.reaches(await site.offer(), JobState.CANCELLED)

    assert site.sandbox.steps == []


async def test_the_heartbeat_renews_the_leases(site: Site) -> None:
    site.sandbox.hold()
    async with site.working():
        job = await site.offer()
        await site.sandbox.started(1)

        site.clock.advance(timedelta(seconds=20))

        longer = site.clock.now() + timedelta(seconds=30)
        await site.until(lambda: site.jobs.leases[job].until == longer)
        site.sandbox.release()
        assert (await site.reaches(job, JobState.FINISHED)).attempts == 1


async def test_only_jobs_that_are_not_settled_are_renewed(site: Site) -> None:
    async with site.working():
        await site.reaches(await site.offer(), JobState.FINISHED)
        site.sandbox.hold()
        second = await site.offer()

        await site.until(lambda: second in site.queue.renewed)

    assert site.queue.renewed == [second]


async def test_a_job_whose_lease_was_lost_is_killed_and_not_reported(site: Site) -> None:
    site.sandbox = FakeSandbox(slots=1)
    site.sandbox.hold()
    site.queue.renew_faults = [QueueError("gone")] * 3
    async with site.working():
        job = await site.offer()
        await site.sandbox.started(1)
        site.clock.advance(timedelta(seconds=31))
        [other] = await site.queue.lease("w2", 1)

        await site.until(lambda: site.sandbox.busy == 0)
        await site.until(lambda: site.figure("stockade_slots_busy") == 0)

    assert site.job(job) == other.job


async def test_after_a_fault_of_the_sandbox_the_job_is_tried_again(site: Site) -> None:
    site.sandbox = FakeSandbox.playing(SandboxError("no box"), exited(3))
    async with site.working():
        job = await site.reaches(await site.offer(), JobState.FINISHED)

    assert job.attempts == 2
    assert job.result is not None
    assert job.result.verdict is Verdict.RUNTIME_ERROR
    assert site.figure("stockade_our_faults_total") == 1


async def test_a_job_that_we_fail_at_every_time_fails_and_says_why(site: Site) -> None:
    site.sandbox = FakeSandbox.playing(*[SandboxError("no box")] * 5)
    async with site.working():
        job = await site.reaches(await site.offer(), JobState.FAILED)

    assert (job.attempts, job.result) == (5, None)
    assert job.failure is not None
    assert "no box" in job.failure


async def test_while_the_sandbox_fails_jobs_are_taken_ever_more_slowly(site: Site) -> None:
    site.sandbox = FakeSandbox.playing(SandboxError("no box"), slots=1)
    site.pace = replace(site.pace, retry_s=3600.0)
    async with site.working():
        job = await site.offer()
        await site.until(lambda: site.job(job).failure == "no box")
        await site.settle_down()

        assert (site.job(job).state, site.job(job).attempts) == (JobState.QUEUED, 1)


async def test_a_success_makes_up_for_the_faults_before_it(site: Site) -> None:
    def script(_step: Step) -> StepOutcome:
        if len(site.sandbox.steps) % 2:
            raise SandboxError("no box")
        return exited()

    site.sandbox = FakeSandbox(script, slots=1)
    # Sixteen pauses of this one; if each were twice the last one, they would take 14 s.
    site.pace = replace(site.pace, retry_s=0.02)
    async with site.working(), asyncio.timeout(10):
        for _ in range(16):
            await site.reaches(await site.offer(), JobState.FINISHED)


async def test_a_queue_that_fails_is_left_in_peace_for_a_while(site: Site) -> None:
    site.queue.lease_faults = [QueueError("busy")]
    site.pace = replace(site.pace, retry_s=3600.0)
    async with site.working():
        job = await site.offer()
        await site.settle_down()

        assert (site.queue.lease_faults, site.job(job).state) == ([], JobState.QUEUED)


async def test_faults_of_the_queue_are_outlived(site: Site) -> None:
    site.queue.lease_faults = [QueueError("busy")] * 3
    site.queue.settle_faults = [QueueError("busy")] * 2
    async with site.working():
        await site.reaches(await site.offer(), JobState.FINISHED)

    assert site.figure("stockade_our_faults_total") == 5


async def test_a_bug_that_one_job_brings_to_light_harms_no_other(site: Site) -> None:
    def script(_step: Step) -> StepOutcome:
        if len(site.sandbox.steps) == 1:
            raise ZeroDivisionError
        return exited()

    site.sandbox = FakeSandbox(script, slots=1)
    async with site.working():
        poisoned, other = await site.offer(), await site.offer()
        await site.reaches(other, JobState.FINISHED)
        assert site.job(poisoned).state is JobState.RUNNING

        site.clock.advance(timedelta(seconds=31))
        await site.reaches(poisoned, JobState.FINISHED)

    assert site.figure("stockade_our_faults_total") == 1


async def test_told_to_stop_it_lets_its_jobs_end_and_takes_no_more(site: Site) -> None:
    site.sandbox.hold()
    worker = site.worker()
    running = asyncio.create_task(worker.run())
    under_way = await site.offer()
    await site.sandbox.started(1)

    worker.stop()
    await site.settle_down()
    late = await site.offer()
    await site.settle_down()
    assert (running.done(), site.job(under_way).state) == (False, JobState.RUNNING)

    site.sandbox.release()
    async with asyncio.timeout(10):
        await running
    assert site.job(under_way).state is JobState.FINISHED
    assert site.job(late).state is JobState.QUEUED


async def test_what_outlasts_the_grace_time_is_killed_and_given_back(site: Site) -> None:
    site.sandbox.hold()
    site.pace = replace(site.pace, grace_s=0.01)
    worker = site.worker()
    running = asyncio.create_task(worker.run())
    job_id = await site.offer()
    await site.sandbox.started(1)

    worker.stop()
    async with asyncio.timeout(10):
        await running

    job = site.job(job_id)
    assert (job.state, job.failure, site.sandbox.busy) == (JobState.QUEUED, CUT_SHORT, 0)
    assert job.attempts == 0


async def test_killed_while_it_drains_it_waits_no_longer(site: Site) -> None:
    site.sandbox.hold()
    worker = site.worker()
    running = asyncio.create_task(worker.run())
    job_id = await site.offer()
    await site.sandbox.started(1)
    worker.stop()
    await site.settle_down()

    worker.kill()
    async with asyncio.timeout(10):
        await running

    assert site.job(job_id).state is JobState.QUEUED


async def test_a_job_that_comes_in_the_very_moment_of_the_kill_is_given_back(site: Site) -> None:
    site.sandbox.hold()
    worker = site.worker()
    running = asyncio.create_task(worker.run())
    await site.settle_down()

    job_id = await site.offer()
    worker.kill()
    async with asyncio.timeout(10):
        await running

    assert (site.job(job_id).state, site.job(job_id).attempts) == (JobState.QUEUED, 0)


async def test_stopped_while_it_waits_for_work_it_ends_at_once(site: Site) -> None:
    worker = site.worker()
    running = asyncio.create_task(worker.run())
    await site.settle_down()

    worker.stop()

    async with asyncio.timeout(10):
        await running


async def test_cancelled_it_kills_its_boxes_and_leaves_the_leases_to_run_out(site: Site) -> None:
    site.sandbox.hold()
    running = asyncio.create_task(site.worker().run())
    job_id = await site.offer()
    await site.sandbox.started(1)

    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running

    assert (site.sandbox.busy, site.job(job_id).state) == (0, JobState.RUNNING)
    assert job_id in site.jobs.leases


async def test_an_unrecordable_result_does_not_hold_up_the_end_longer_than_its_lease(
    site: Site,
) -> None:
    site.queue.settle_faults = [QueueError("gone")] * 10_000
    site.pace = replace(site.pace, grace_s=0.01)
    worker = site.worker()
    running = asyncio.create_task(worker.run())
    await site.offer()
    await site.until(lambda: len(site.queue.settle_faults) < 9_999)
    worker.stop()
    await asyncio.sleep(0.02)

    site.clock.advance(timedelta(seconds=31))

    async with asyncio.timeout(10):
        await running
