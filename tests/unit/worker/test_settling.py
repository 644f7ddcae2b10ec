from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from stockade.core.errors import QueueError, StoreError
from stockade.core.job import JobState, Settlement
from stockade.engine.execution import Execution
from stockade.worker.assignment import Assignment, Stop
from stockade.worker.settling import Settler
from stockade.worker.tools import Pace

if TYPE_CHECKING:
    from tests.unit.worker.conftest import Site

pytestmark = pytest.mark.anyio

CANCELLED = Settlement(state=JobState.CANCELLED)


async def leased(site: Site) -> Assignment:
    await site.offer()
    [lease] = await site.queue.lease("w1", 1)
    tools = site.tools()
    return Assignment(lease, Execution(lease.job.submission, tools.catalogue, tools.sandbox))


def settler(site: Site) -> Settler:
    return Settler(site.tools(), Pace(retry_s=0.001))


async def test_a_settled_job_is_recorded_counted_and_announced(site: Site) -> None:
    given = await leased(site)
    async with site.channel.watch(given.job_id) as news:
        await settler(site).settle(given, CANCELLED)
        async with asyncio.timeout(10):
            announced = await anext(news)

    assert announced == site.job(given.job_id)
    assert announced.state is JobState.CANCELLED
    assert site.figure("stockade_jobs_total") == 1


async def test_faults_are_counted_and_settling_goes_on_until_it_is_done(site: Site) -> None:
    given = await leased(site)
    site.queue.settle_faults = [QueueError("busy"), StoreError("full"), QueueError("busy")]

    await settler(site).settle(given, CANCELLED)

    assert site.job(given.job_id).state is JobState.CANCELLED
    assert site.figure("stockade_our_faults_total") == 3


async def test_between_two_tries_it_pauses(site: Site) -> None:
    given = await leased(site)
    site.queue.settle_faults = [QueueError("busy")] * 2
    settling = asyncio.create_task(
        Settler(site.tools(), Pace(retry_s=3600.0)).settle(given, CANCELLED)
    )
    await site.settle_down()
    settling.cancel()

    assert len(site.queue.settle_faults) == 1


async def test_it_gives_up_when_the_lease_has_run_out(site: Site) -> None:
    given = await leased(site)
    site.queue.settle_faults = [QueueError("gone")] * 1000
    site.clock.advance(timedelta(seconds=30))

    await settler(site).settle(given, CANCELLED)

    assert site.job(given.job_id).state is JobState.RUNNING
    assert len(site.queue.settle_faults) == 999


async def test_it_gives_up_when_the_lease_is_known_to_be_lost(site: Site) -> None:
    given = await leased(site)
    given.stop(Stop.LEASE_LOST)
    site.queue.settle_faults = [QueueError("gone")] * 1000

    await settler(site).settle(given, CANCELLED)

    assert site.job(given.job_id).state is JobState.RUNNING


async def test_a_job_that_somebody_else_holds_is_neither_changed_nor_announced(site: Site) -> None:
    given = await leased(site)
    site.clock.advance(timedelta(seconds=30))
    [other] = await site.queue.lease("w2", 1)

    await settler(site).settle(given, CANCELLED)

    assert site.job(given.job_id) == other.job
    assert site.figure("stockade_jobs_total") == 0
