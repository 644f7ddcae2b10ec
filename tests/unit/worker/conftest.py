"""A worker among shipped doubles, and a queue that can be told to fail or to dawdle."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import pytest

from stockade.channel.memory import MemoryChannel
from stockade.core.errors import OurFault
from stockade.core.job import Job, JobState, Lease, Settlement
from stockade.core.ports import Backlog
from stockade.core.submission import File, Submission
from stockade.database.clock import FakeClock
from stockade.database.memory import MemoryJobs
from stockade.languages.base import Catalogue, Runtime
from stockade.languages.python import PYTHON
from stockade.queue.memory import MemoryQueue
from stockade.sandbox.fake import FakeSandbox
from stockade.store.memory import MemoryStore
from stockade.telemetry.metrics import Metrics
from stockade.worker.tools import Pace, Tools
from stockade.worker.worker import Worker

SUBMISSION = Submission(
    language="python", files=(File(name="main.py", content=b""),), entry="main.py"
)
# Quick enough for a test, and nothing that a slow machine could trip over.
PACE = Pace(heartbeat_s=0.005, grace_s=3600.0, retry_s=0.001)


class UnsteadyQueue:
    """A queue that raises the next of its faults, if there is one, before it does anything.

    Settling also waits for ``may_settle``; ``renewed`` are the jobs of the last heartbeat.
    """

    def __init__(self, queue: MemoryQueue) -> None:
        self._queue = queue
        self.lease_faults: list[OurFault] = []
        self.renew_faults: list[OurFault] = []
        self.settle_faults: list[OurFault] = []
        self.renewed: list[str] = []
        self.may_settle = asyncio.Event()
        self.may_settle.set()

    async def put(self, job: Job) -> None:
        await self._queue.put(job)

    async def lease(self, worker: str, at_most: int) -> Sequence[Lease]:
        _raise_next(self.lease_faults)
        return await self._queue.lease(worker, at_most)

    async def renew(self, leases: Sequence[Lease]) -> Sequence[Lease]:
        _raise_next(self.renew_faults)
        self.renewed = [lease.job.id for lease in leases]
        return await self._queue.renew(leases)

    async def settle(self, lease: Lease, settlement: Settlement) -> Job | None:
        await self.may_settle.wait()
        _raise_next(self.settle_faults)
        return await self._queue.settle(lease, settlement)

    async def backlog(self, ahead_of: Job | None = None) -> Backlog:
        return await self._queue.backlog(ahead_of)


def _raise_next(faults: list[OurFault]) -> None:
    if faults:
        raise faults.pop(0)


@dataclass
class Site:
    """Everything around a worker."""

    jobs: MemoryJobs = field(default_factory=MemoryJobs)
    clock: FakeClock = field(default_factory=FakeClock)
    channel: MemoryChannel = field(default_factory=MemoryChannel)
    metrics: Metrics = field(default_factory=Metrics)
    sandbox: FakeSandbox = field(default_factory=FakeSandbox)
    ids: itertools.count[int] = field(default_factory=itertools.count)
    pace: Pace = PACE

    def __post_init__(self) -> None:
        self.queue = UnsteadyQueue(MemoryQueue(self.jobs, self.clock))

    def tools(self) -> Tools:
        return Tools(
            queue=self.queue,
            channel=self.channel,
            sandbox=self.sandbox,
            catalogue=Catalogue.of(Runtime(language=PYTHON, version="3.11.2")),
            clock=self.clock,
            metrics=self.metrics,
        )

    def worker(self) -> Worker:
        return Worker("w1", self.tools(), self.pace)

    async def until(self, condition: Callable[[], bool]) -> None:
        """Let the others work until this holds. Raises ``TimeoutError`` after 10 s."""
        async with asyncio.timeout(10):
            while not condition():  # noqa: ASYNC110 - not every state rings a bell when it comes
                await asyncio.sleep(0.001)

    async def settle_down(self) -> None:
        """Let everything happen that needs no more than its turn."""
        for _ in range(50):
            await asyncio.sleep(0)

    async def offer(self) -> str:
        """Record and queue a job; its id."""
        job = Job(
            id=f"job-{next(self.ids)}",
            owner="local",
            submission=SUBMISSION,
            state=JobState.QUEUED,
            created_at=self.clock.now(),
        )
        await MemoryStore(self.jobs).add(job)
        await self.queue.put(job)
        return job.id

    def job(self, job_id: str) -> Job:
        return self.jobs.jobs[job_id]

    async def reaches(self, job_id: str, state: JobState) -> Job:
        """The job once it is in this state."""
        await self.until(lambda: self.job(job_id).state is state)
        return self.job(job_id)

    def figure(self, name: str) -> float:
        """The sum of a metric over its labels."""
        lines = self.metrics.exposition().decode().splitlines()
        return sum(float(line.split()[-1]) for line in lines if line.startswith(name))

    @asynccontextmanager
    async def working(self) -> AsyncIterator[Worker]:
        """A worker at work; killed when left, if it has not ended."""
        worker = self.worker()
        running = asyncio.create_task(worker.run())
        try:
            yield worker
            worker.kill()
            async with asyncio.timeout(10):
                await running
        finally:
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running


@pytest.fixture
def site() -> Site:
    return Site()
