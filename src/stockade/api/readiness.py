"""Whether this server can run programs, asked at most once in a while.

The question is expensive (a real program runs) and anybody may ask it, so an answer is kept, and
those who ask while it is being found out share it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from stockade.core.errors import OurFault
from stockade.core.ports import Clock

KEPT_FOR = timedelta(seconds=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """Whether programs can be run here, and in words what was found."""

    is_ready: bool
    detail: str


class Readying(Protocol):
    """Somebody who knows whether programs can be run here."""

    async def readiness(self) -> Readiness:
        """The answer, not older than a few seconds. Raises nothing on purpose."""


class CachedReadiness:
    """Asks ``check`` (which may raise ``OurFault``: not ready) and keeps its word for 5 s."""

    def __init__(self, check: Callable[[], Awaitable[Readiness]], clock: Clock) -> None:
        self._check = check
        self._clock = clock
        self._lock = asyncio.Lock()
        self._known: Readiness | None = None
        self._known_at: datetime | None = None

    async def readiness(self) -> Readiness:
        """What was found out at most 5 s ago, or now."""
        # Who waited for the lock finds the answer of the one before: they share one check.
        async with self._lock:
            now = self._clock.now()
            if self._known is None or self._known_at is None or now - self._known_at >= KEPT_FOR:
                self._known = await self._found_out()
                self._known_at = self._clock.now()
            return self._known

    async def _found_out(self) -> Readiness:
        try:
            return await self._check()
        except OurFault as error:
            return Readiness(is_ready=False, detail=str(error))
