"""Wakes whoever waits for a job, inside one process."""

from __future__ import annotations

import asyncio


class Bell:
    """Rung when there may be something to take.

    A listener takes the next ring *before* it looks, and waits for that ring if it found nothing:
    what comes between the look and the wait is heard, however many listen.
    """

    def __init__(self) -> None:
        self._next = asyncio.Event()

    def next_ring(self) -> asyncio.Event:
        """Set by the first ring from now on."""
        return self._next

    def ring(self) -> None:
        """Wake everyone who waits."""
        self._next.set()
        self._next = asyncio.Event()


async def heard(ring: asyncio.Event, within_s: float) -> None:
    """Wait for the ring, but no longer than so many seconds."""
    try:
        async with asyncio.timeout(within_s):
            await ring.wait()
    except TimeoutError:
        pass
