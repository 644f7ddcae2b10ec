"""The API on the shipped doubles, and a client that talks to it without a network."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx
import pytest
from fastapi import FastAPI

from stockade.api.app import create_app
from stockade.api.readiness import Readiness
from stockade.api.settings import ApiSettings, OwnerOf, local_owner
from stockade.channel.memory import MemoryChannel
from stockade.core.errors import OurFault
from stockade.core.job import Job, JobState, Lease, Result, Settlement
from stockade.core.ports import Backlog
from stockade.core.run import Ending, Output, Run, Usage
from stockade.core.step import Isolation
from stockade.core.verdict import Verdict
from stockade.database.clock import FakeClock
from stockade.database.memory import MemoryJobs
from stockade.engine.submissions import Submissions
from stockade.languages.base import Catalogue, Language, Runtime, Tool
from stockade.queue.memory import MemoryQueue
from stockade.store.memory import MemoryStore
from stockade.telemetry.metrics import Metrics

# Small enough that a test may well send more.
SETTINGS = ApiSettings(body_bytes=200_000, content_bytes=150_000)


def language(name: str, source_name: str) -> Language:
    tool = Tool(path=f"/usr/bin/{name}", version_argv=("--version",), package=name)
    return Language(
        id=name,
        name=name.title(),
        extensions=(f".{source_name.split('.')[-1]}",),
        source_name=source_name,
        tool=tool,
        run=(tool.path, "{entry}"),
        references=(),
    )


CATALOGUE = Catalogue.of(
    Runtime(language=language("python", "main.py"), version="3.11.2"),
    Runtime(language=language("cpp", "main.cpp"), version=None, missing="Install g++."),
)


HELLO_OUTPUT = Output(data=b"hello\n", produced_bytes=6)


def result_with(stdout: Output) -> Result:
    run = Run(
        ending=Ending.EXITED,
        exit_code=0,
        signal=None,
        stdout=stdout,
        stderr=Output(),
        usage=Usage(cpu_ms=14.5, wall_ms=20.25, memory_bytes=9_000_000, processes_peak=2),
    )
    return Result(
        verdict=Verdict.ACCEPTED,
        compile=None,
        run=run,
        isolation=Isolation(backend="fake", enforced=("memory",), missing=("network",)),
    )


class FaultyQueue(MemoryQueue):
    """A queue that raises its fault, once it has one, when it is asked what waits."""

    fault: OurFault | Exception | None = None

    async def backlog(self, ahead_of: Job | None = None) -> Backlog:
        if self.fault:
            raise self.fault
        return await super().backlog(ahead_of)


class ToldChannel(MemoryChannel):
    """A channel that tells when somebody watches."""

    def __init__(self) -> None:
        super().__init__()
        self.is_watched = asyncio.Event()

    @asynccontextmanager
    async def watch(self, job_id: str) -> AsyncIterator[AsyncIterator[Job]]:
        async with super().watch(job_id) as news:
            self.is_watched.set()
            yield news


class SteadyReadying:
    """Knows one answer."""

    def __init__(self) -> None:
        self.answer = Readiness(is_ready=True, detail="A program ran.")

    async def readiness(self) -> Readiness:
        return self.answer


@dataclass
class Server:
    """One API with all that it stands on, and the worker's side of its queue."""

    clock: FakeClock = field(default_factory=FakeClock)
    jobs: MemoryJobs = field(default_factory=MemoryJobs)
    channel: ToldChannel = field(default_factory=ToldChannel)
    metrics: Metrics = field(default_factory=Metrics)
    readying: SteadyReadying = field(default_factory=SteadyReadying)
    settings: ApiSettings = SETTINGS

    def __post_init__(self) -> None:
        self.queue = FaultyQueue(self.jobs, self.clock)
        self.submissions = Submissions(
            store=MemoryStore(self.jobs),
            queue=self.queue,
            channel=self.channel,
            clock=self.clock,
            catalogue=CATALOGUE,
        )
        self.app = self.make_app()

    def make_app(
        self, settings: ApiSettings | None = None, owner_of: OwnerOf = local_owner
    ) -> FastAPI:
        return create_app(
            self.submissions,
            self.metrics,
            self.readying,
            settings=settings or self.settings,
            owner_of=owner_of,
        )

    def client(self, app: FastAPI | None = None) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(app or self.app)
        return httpx.AsyncClient(transport=transport, base_url="http://localhost:8000")

    async def lease(self) -> Lease:
        leases: Sequence[Lease] = await self.queue.lease("worker", 1)
        return leases[0]

    async def finish(self, stdout: Output = HELLO_OUTPUT) -> Job:
        """Carry out the oldest job, and tell whoever waits for it."""
        settlement = Settlement(state=JobState.FINISHED, result=result_with(stdout))
        job = await self.queue.settle(await self.lease(), settlement)
        assert job is not None
        self.channel.announce(job)
        return job


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
async def client(server: Server) -> AsyncIterator[httpx.AsyncClient]:
    async with server.client() as client:
        yield client
