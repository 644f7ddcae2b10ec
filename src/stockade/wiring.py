"""The composition root: the only file that names adapters."""

from __future__ import annotations

import asyncio
import os
import uuid
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from fastapi import FastAPI

from stockade.api.app import create_app
from stockade.api.readiness import CachedReadiness, Readiness
from stockade.api.settings import LOOPBACK_HOSTS, ApiSettings
from stockade.channel.memory import MemoryChannel
from stockade.config import Settings
from stockade.core.job import Job
from stockade.core.ports import Sandbox
from stockade.core.verdict import Verdict
from stockade.database.clock import SystemClock
from stockade.database.sqlite import open_database, sole_use
from stockade.engine.execution import Execution
from stockade.engine.submissions import Submissions
from stockade.languages import LANGUAGES
from stockade.languages.base import Catalogue
from stockade.queue.table import TableQueue
from stockade.queue.terms import Terms
from stockade.runner.probe import find_runtimes
from stockade.sandbox.cells.backend import CellsSandbox
from stockade.sandbox.privileges import give_up_root, prepare_data_folder
from stockade.store.sqlite import SqliteStore
from stockade.telemetry.metrics import Metrics
from stockade.worker.tools import Pace, Tools
from stockade.worker.worker import Worker

_DATABASE = "stockade.db"
# A lease survives two missed heartbeats.
_HEARTBEATS_A_LEASE = 3
_READY_WITHIN_S = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Local:
    """A sandbox on this machine and what runs in it, held by a process without privilege."""

    sandbox: CellsSandbox
    catalogue: Catalogue


@dataclass(frozen=True, slots=True, kw_only=True)
class Embedded:
    """Everything in one process: the application to serve, and the worker to run beside it."""

    app: FastAPI
    worker: Worker
    local: Local
    channel: MemoryChannel
    reclaimed: int


@asynccontextmanager
async def open_local(slots: int, needed: tuple[Path, ...] = ()) -> AsyncIterator[Local]:
    """A sandbox here; root is given up as soon as its warden lives. Raises ``SandboxError``."""
    async with CellsSandbox.open(slots=slots) as sandbox:
        give_up_root(needed)
        yield Local(sandbox=sandbox, catalogue=await find_runtimes(sandbox, LANGUAGES))


@asynccontextmanager
async def open_embedded(settings: Settings) -> AsyncIterator[Embedded]:
    """The whole system in this process. Raises ``SandboxError``, ``StoreError``."""
    folder = settings.data.resolve()
    prepare_data_folder(folder)
    async with AsyncExitStack() as stack:
        local = await stack.enter_async_context(open_local(settings.slots, (folder,)))
        stack.enter_context(sole_use(folder))
        database = await stack.enter_async_context(open_database(folder / _DATABASE))
        clock, channel, metrics = SystemClock(), MemoryChannel(), Metrics()

        def announce_lost(job: Job) -> None:
            metrics.job_settled(job)
            channel.announce(job)

        terms = Terms(lease_for=timedelta(seconds=settings.lease_s))
        queue = TableQueue(database, clock, terms, announce_lost)
        # The workers that held these leases died with the server before us.
        reclaimed = await queue.reclaim_all()
        submissions = Submissions(
            store=SqliteStore(database),
            queue=queue,
            channel=channel,
            clock=clock,
            catalogue=local.catalogue,
            ceiling=settings.ceiling,
        )
        yield Embedded(
            app=_app(settings, submissions, metrics, local),
            worker=_worker(settings, submissions, metrics, local),
            local=local,
            channel=channel,
            reclaimed=reclaimed,
        )


def _app(settings: Settings, submissions: Submissions, metrics: Metrics, local: Local) -> FastAPI:
    async def check() -> Readiness:
        return await check_readiness(local.sandbox, local.catalogue)

    return create_app(
        submissions,
        metrics,
        CachedReadiness(check, submissions.clock),
        settings=ApiSettings(
            body_bytes=settings.body_bytes,
            allowed_hosts=LOOPBACK_HOSTS if settings.is_loopback else None,
        ),
    )


def _worker(settings: Settings, submissions: Submissions, metrics: Metrics, local: Local) -> Worker:
    tools = Tools(
        queue=submissions.queue,
        channel=submissions.channel,
        sandbox=local.sandbox,
        catalogue=local.catalogue,
        clock=submissions.clock,
        metrics=metrics,
    )
    pace = Pace(heartbeat_s=settings.lease_s / _HEARTBEATS_A_LEASE, grace_s=settings.drain_s)
    return Worker(f"{os.uname().nodename}-{uuid.uuid4()}", tools, pace)


async def check_readiness(sandbox: Sandbox, catalogue: Catalogue) -> Readiness:
    """Run the first reference program of a language that is here. Raises ``OurFault``."""
    runtimes = [each for each in catalogue.runtimes.values() if each.is_available]
    if not runtimes:
        return Readiness(is_ready=False, detail="No language was found.")
    language = runtimes[0].language
    submission = language.submission_of(language.references[0])
    try:
        async with asyncio.timeout(_READY_WITHIN_S):
            result = await Execution(submission, catalogue, sandbox).carry_out()
    except TimeoutError:
        return Readiness(is_ready=False, detail="No slot came free in time.")
    if result.verdict is not Verdict.ACCEPTED:
        return Readiness(is_ready=False, detail=f"A {language.name} program: {result.verdict}.")
    return Readiness(is_ready=True, detail=f"A {language.name} program ran.")
