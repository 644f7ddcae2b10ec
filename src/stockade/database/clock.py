"""The time of day, and one that tests move by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class SystemClock:
    """The machine's own time of day."""

    def now(self) -> datetime:
        """The time of day: aware, UTC."""
        return datetime.now(UTC)


class FakeClock:
    """A clock that stands still until it is moved."""

    def __init__(self, start: datetime = datetime(2026, 1, 1, tzinfo=UTC)) -> None:
        self._now = start

    def now(self) -> datetime:
        """The time it was last moved to: aware, UTC."""
        return self._now

    def advance(self, by: timedelta) -> None:
        """Let this much time pass."""
        self._now += by
