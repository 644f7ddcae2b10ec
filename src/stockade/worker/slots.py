"""The slots of a worker: how many of its boxes are taken, and waiting for a free one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


class Slots:
    """Counts a worker's slots and tells ``observe`` how many are busy whenever that changes."""

    def __init__(self, total: int, observe: Callable[[int], None]) -> None:
        self._total = total
        self._busy = 0
        self._observe = observe
        self._has_free = asyncio.Event()
        self._update(0)

    async def wait_free(self) -> int:
        """How many slots are free, as soon as it is at least one."""
        await self._has_free.wait()
        return self._total - self._busy

    def take(self) -> None:
        """One slot fewer is free."""
        self._update(self._busy + 1)

    def give_back(self) -> None:
        """One slot more is free."""
        self._update(self._busy - 1)

    def _update(self, busy: int) -> None:
        self._busy = busy
        self._observe(busy)
        if busy < self._total:
            self._has_free.set()
        else:
            self._has_free.clear()
