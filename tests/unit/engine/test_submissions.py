from __future__ import annotations

import asyncio
import uuid
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from stockade.channel.memory import MemoryChannel
from stockade.core.errors import Conflict, InvalidSubmission, JobNotFound, StoreError
from stockade.core.job import Job, JobState, Settlement
from stockade.core.limits import LIMITS_CEILING, Limits
from stockade.core.submission import File, Submission
from stockade.database.clock import FakeClock
from stockade.database.memory import MemoryJobs
from stockade.engine.submissions import Submissions
from stockade.languages.base import Catalogue, Runtime
from stockade.languages.c import C
from stockade.languages.javascript import JAVASCRIPT
from stockade.languages.python import PYTHON
from stockade.queue.memory import MemoryQueue
from stockade.store.memory import MemoryStore

pytestmark = pytest.mark.anyio

SUBMISSION = Submission(
    language="python", files=(File(name="main.py", content=b""),), entry="main.py"
)
CANCELLED = Settlement(state=JobState.CANCELLED)


@dataclass
class Desk:
    """The use cases on the memory adapters, and a worker's hand to move jobs on."""

    jobs: MemoryJobs = field(default_factory=MemoryJobs)
    clock: FakeClock = field(default_factory=FakeClock)
    channel: MemoryChannel = field(default_factory=MemoryChannel)

    def __post_init__(self) -> None:
        self.queue = MemoryQueue(self.jobs, self.clock)
        self.use = Submissions(
            store=MemoryStore(self.jobs),
            queue=self.queue,
            channel=self.channel,
            clock=self.clock,
            catalogue=Catalogue.of(
                Runtime(language=PYTHON, version="3.11.2"),
                Runtime(language=C, version="12.2.0"),
                Runtime(language=JAVASCRIPT, version=None, missing="Install nodejs."),
            ),
            ceiling=replace(LIMITS_CEILING, cpus=1.0),
        )

    async def carry_out(self) -> Job:
        """Lease the next job and settle it at once."""
        [lease] = await self.queue.lease("w1", 1)
        job = await self.queue.settle(lease, CANCELLED)
        assert job is not None
        self.channel.announce(job)
        return job


@pytest.fixture
def desk() -> Desk:
    return Desk()


async def test_a_submission_becomes_a_queued_job_of_its_owner(desk: Desk) -> None:
    job = await desk.use.submit("ann", SUBMISSION)

    assert (job.owner, job.state, job.attempts) == ("ann", JobState.QUEUED, 0)
    assert (job.submission, job.created_at) == (SUBMISSION, desk.clock.now())
    assert uuid.UUID(job.id).version == 4
    assert await desk.use.get("ann", job.id) == job
    assert (await desk.queue.backlog()).depth == 1


async def test_another_owner_s_job_is_not_found(desk: Desk) -> None:
    job = await desk.use.submit("ann", SUBMISSION)

    for call in (desk.use.get, desk.use.cancel, desk.use.rerun, desk.use.delete):
        with pytest.raises(JobNotFound):
            await call("bob", job.id)


@pytest.mark.parametrize(
    ("submission", "field_name", "told"),
    [
        (replace(SUBMISSION, language="cobol"), "language", "Use one of python, c, javascript."),
        (replace(SUBMISSION, language="javascript"), "language", "Install nodejs."),
        (
            replace(SUBMISSION, limits=Limits(processes=0)),
            "limits.processes",
            "The limit is too low. Use at least 1.",
        ),
        (
            replace(SUBMISSION, limits=Limits(cpus=2.0)),
            "limits.cpus",
            "The limit is too high. Use at most 1.",
        ),
        (
            replace(SUBMISSION, compile_limits=Limits(cpu_time_s=float("nan"))),
            "limits.compile.cpu_time_s",
            "The limit is too high. Use at most 60.",
        ),
    ],
)
async def test_what_cannot_run_here_is_refused_and_not_recorded(
    desk: Desk, submission: Submission, field_name: str, told: str
) -> None:
    with pytest.raises(InvalidSubmission) as refusal:
        await desk.use.submit("ann", submission)
    with pytest.raises(InvalidSubmission):
        await desk.use.submit_and_wait("ann", submission, 1.0)

    assert refusal.value.field == field_name
    assert told in str(refusal.value)
    assert (await desk.use.page("ann", cursor=None, size=10)).jobs == ()


async def test_who_waits_gets_the_final_job_as_soon_as_it_is_there(desk: Desk) -> None:
    waiting = asyncio.create_task(desk.use.submit_and_wait("ann", SUBMISSION, 3600.0))
    async with asyncio.timeout(10):
        final = await desk.carry_out()

        assert await waiting == final


async def test_who_waits_in_vain_gets_the_job_as_it_is(desk: Desk) -> None:
    job = await desk.use.submit_and_wait("ann", SUBMISSION, 0.0)

    assert job.state is JobState.QUEUED
    assert await desk.use.wait("ann", job.id, 0.0) == job


async def test_a_change_that_is_not_final_wakes_nobody(desk: Desk) -> None:
    job = await desk.use.submit("ann", SUBMISSION)
    async with asyncio.timeout(10):
        waiting = asyncio.create_task(desk.use.wait("ann", job.id, 3600.0))
        await asyncio.sleep(0)
        desk.channel.announce(replace(job, state=JobState.RUNNING))
        for _ in range(10):
            await asyncio.sleep(0)
        assert not waiting.done()

        final = await desk.carry_out()
        assert await waiting == final


async def test_a_job_that_is_final_already_needs_no_wait(desk: Desk) -> None:
    job = await desk.use.submit("ann", SUBMISSION)
    final = await desk.carry_out()

    async with asyncio.timeout(10):
        assert await desk.use.wait("ann", job.id, 3600.0) == final


async def test_waiting_for_what_is_not_there_is_refused_at_once(desk: Desk) -> None:
    with pytest.raises(JobNotFound):
        await desk.use.wait("ann", str(uuid.uuid4()), 3600.0)


async def test_a_queued_job_is_cancelled_on_the_spot_and_its_watchers_know(desk: Desk) -> None:
    job = await desk.use.submit("ann", SUBMISSION)
    async with desk.channel.watch(job.id) as news, asyncio.timeout(10):
        cancelled = await desk.use.cancel("ann", job.id)

        assert await anext(news) == cancelled

    assert cancelled.state is JobState.CANCELLED
    assert (await desk.queue.backlog()).depth == 0


async def test_whoever_runs_a_job_is_asked_to_kill_it(desk: Desk) -> None:
    job = await desk.use.submit("ann", SUBMISSION)
    await desk.queue.lease("w1", 1)
    async with desk.channel.cancel_requests() as requests, asyncio.timeout(10):
        asked = await desk.use.cancel("ann", job.id)

        assert await anext(requests) == job.id

    assert asked.state is JobState.RUNNING


async def test_a_final_job_stays_as_it_is_when_cancelled(desk: Desk) -> None:
    job = await desk.use.submit("ann", SUBMISSION)
    final = await desk.carry_out()

    assert await desk.use.cancel("ann", job.id) == final


async def test_a_rerun_is_a_new_job_of_the_same_submission(desk: Desk) -> None:
    first = await desk.use.submit("ann", SUBMISSION)
    desk.clock.advance(timedelta(seconds=1))

    second = await desk.use.rerun("ann", first.id)

    assert second == replace(first, id=second.id, created_at=desk.clock.now())
    assert second.id != first.id


async def test_jobs_are_listed_newest_first_and_told_what_is_ahead(desk: Desk) -> None:
    first = await desk.use.submit("ann", SUBMISSION)
    second = await desk.use.submit("ann", SUBMISSION)

    page = await desk.use.page("ann", cursor=None, size=10)

    assert page.jobs == (second.summary, first.summary)
    assert (await desk.use.ahead_of(first)).depth == 0
    assert (await desk.use.ahead_of(second)).depth == 1


async def test_a_final_job_can_be_forgotten_and_no_other(desk: Desk) -> None:
    job = await desk.use.submit("ann", SUBMISSION)
    with pytest.raises(Conflict):
        await desk.use.delete("ann", job.id)

    await desk.carry_out()
    await desk.use.delete("ann", job.id)

    with pytest.raises(JobNotFound):
        await desk.use.get("ann", job.id)


class FullStore(MemoryStore):
    """A store whose disk is full."""

    async def add(self, job: Job) -> None:
        raise StoreError("The disk is full.")


class RecordingQueue(MemoryQueue):
    """A queue that remembers what was put."""

    puts: tuple[Job, ...] = ()

    async def put(self, job: Job) -> None:
        self.puts += (job,)


async def test_what_could_not_be_recorded_is_not_queued(desk: Desk) -> None:
    queue = RecordingQueue(desk.jobs, desk.clock)
    use = replace(desk.use, store=FullStore(desk.jobs), queue=queue)

    with pytest.raises(StoreError):
        await use.submit("ann", SUBMISSION)
    assert not queue.puts

    job = await replace(use, store=desk.use.store).submit("ann", SUBMISSION)
    assert queue.puts == (job,)
