from __future__ import annotations

import asyncio

import pytest

from stockade.worker.slots import Slots

pytestmark = pytest.mark.anyio


async def test_it_tells_at_once_how_many_are_free() -> None:
    slots = Slots(3, lambda _busy: None)
    slots.take()

    assert await slots.wait_free() == 2


async def test_it_waits_until_one_is_given_back() -> None:
    slots = Slots(1, lambda _busy: None)
    slots.take()
    waiting = asyncio.create_task(slots.wait_free())
    await asyncio.sleep(0)
    assert not waiting.done()

    slots.give_back()

    async with asyncio.timeout(10):
        assert await waiting == 1


def test_every_change_is_told() -> None:
    told: list[int] = []
    slots = Slots(2, told.append)

    slots.take()
    slots.take()
    slots.give_back()

    assert told == [0, 1, 2, 1]
