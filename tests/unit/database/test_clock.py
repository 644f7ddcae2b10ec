from __future__ import annotations

from datetime import UTC, datetime, timedelta

from stockade.database.clock import FakeClock, SystemClock


def test_the_system_clock_tells_the_time_of_day_in_utc() -> None:
    before = datetime.now(UTC)
    now = SystemClock().now()
    assert before <= now <= datetime.now(UTC)
    assert now.utcoffset() == timedelta(0)


def test_a_fake_clock_stands_still_until_it_is_moved() -> None:
    clock = FakeClock(datetime(2026, 1, 1, tzinfo=UTC))
    assert clock.now() == clock.now() == datetime(2026, 1, 1, tzinfo=UTC)
    clock.advance(timedelta(seconds=90))
    assert clock.now() == datetime(2026, 1, 1, 0, 1, 30, tzinfo=UTC)
