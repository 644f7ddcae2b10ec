from __future__ import annotations

import asyncio

import pytest

from stockade.queue.bell import Bell, heard

pytestmark = pytest.mark.anyio


async def test_a_ring_wakes_everyone_who_waits() -> None:
    bell = Bell()
    waiting = [asyncio.ensure_future(heard(bell.next_ring(), 3600)) for _ in range(3)]
    await asyncio.sleep(0)
    bell.ring()
    async with asyncio.timeout(10):
        await asyncio.gather(*waiting)


async def test_a_ring_between_the_look_and_the_wait_is_heard_by_all() -> None:
    bell = Bell()
    rings = [bell.next_ring(), bell.next_ring()]
    bell.ring()
    bell.next_ring()
    async with asyncio.timeout(10):
        for ring in rings:
            await heard(ring, 3600)


async def test_a_ring_from_before_is_not_the_next() -> None:
    bell = Bell()
    bell.ring()
    assert not bell.next_ring().is_set()


async def test_who_hears_nothing_goes_on_after_its_time() -> None:
    async with asyncio.timeout(10):
        await heard(Bell().next_ring(), 0.001)
