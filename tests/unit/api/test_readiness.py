from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from stockade.api.readiness import CachedReadiness, Readiness
from stockade.core.errors import SandboxError
from stockade.database.clock import FakeClock

pytestmark = pytest.mark.anyio

READY = Readiness(is_ready=True, detail="A program ran.")


class Check:
    """A check that counts, and waits for its turn."""

    def __init__(self) -> None:
        self.asked = 0
        self.started = asyncio.Event()
        self.may_end = asyncio.Event()
        self.fault: SandboxError | None = None

    async def __call__(self) -> Readiness:
        self.asked += 1
        self.started.set()
        await self.may_end.wait()
        if self.fault:
            raise self.fault
        return READY


@pytest.fixture
async def check() -> Check:
    check = Check()
    check.may_end.set()
    return check


async def test_an_answer_is_kept_for_five_seconds(check: Check) -> None:
    clock = FakeClock()
    cached = CachedReadiness(check, clock)

    assert await cached.readiness() == READY
    clock.advance(timedelta(seconds=4.999))
    assert await cached.readiness() == READY
    assert check.asked == 1
    clock.advance(timedelta(seconds=0.001))
    assert await cached.readiness() == READY
    assert check.asked == 2


async def test_those_who_ask_at_the_same_time_share_one_check(check: Check) -> None:
    check.may_end.clear()
    cached = CachedReadiness(check, FakeClock())

    async with asyncio.timeout(10), asyncio.TaskGroup() as tasks:
        answers = [tasks.create_task(cached.readiness()) for _ in range(10)]
        await check.started.wait()
        check.may_end.set()

    assert [answer.result() for answer in answers] == [READY] * 10
    assert check.asked == 1


async def test_who_gives_up_does_not_take_the_check_from_the_others(check: Check) -> None:
    check.may_end.clear()
    cached = CachedReadiness(check, FakeClock())

    async with asyncio.timeout(10), asyncio.TaskGroup() as tasks:
        impatient = tasks.create_task(cached.readiness())
        await check.started.wait()
        patient = tasks.create_task(cached.readiness())
        impatient.cancel()
        check.may_end.set()

    assert patient.result() == READY


async def test_a_fault_of_ours_is_an_answer_and_kept_too(check: Check) -> None:
    check.fault = SandboxError("No box could be made.")
    cached = CachedReadiness(check, FakeClock())

    answers = [await cached.readiness() for _ in range(2)]

    assert answers == [Readiness(is_ready=False, detail="No box could be made.")] * 2
    assert check.asked == 1
