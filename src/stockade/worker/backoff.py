"""Pauses that grow while things go wrong."""

from __future__ import annotations

import asyncio

DOUBLINGS = 6


class Backoff:
    """Counts failures in a row and pauses for them: nothing, the first pause, twice that, ...

    It stops growing after six doublings (6.4 s, where the first pause is 0.1 s).
    """

    def __init__(self, first_s: float) -> None:
        self._first_s = first_s
        self._failures = 0

    @property
    def pause_s(self) -> float:
        """The pause that is due, in seconds; 0 when the last try went well."""
        if self._failures == 0:
            return 0.0
        return self._first_s * 2.0 ** min(self._failures - 1, DOUBLINGS)

    def failed(self) -> None:
        """It went wrong once more."""
        self._failures += 1

    def succeeded(self) -> None:
        """It went well: no pause is due."""
        self._failures = 0

    async def pause(self) -> None:
        """Wait as long as is due; not at all when the last try went well."""
        if self._failures:
            await asyncio.sleep(self.pause_s)
