from __future__ import annotations

import math
from dataclasses import fields, replace

import pytest

from stockade.core.limits import (
    COMPILE_LIMITS,
    DEFAULT_LIMITS,
    LIMITS_CEILING,
    LIMITS_FLOOR,
    Limits,
    OutOfBounds,
    find_out_of_bounds,
    wall_time_for,
)

NAMES = [field.name for field in fields(Limits)]


def with_limit(name: str, value: float) -> Limits:
    # As a client could send it: any number under any name, whatever the field's type.
    return replace(DEFAULT_LIMITS, **{name: value})  # type: ignore[arg-type]


@pytest.mark.parametrize("limits", [DEFAULT_LIMITS, COMPILE_LIMITS, LIMITS_FLOOR, LIMITS_CEILING])
def test_the_limits_we_ship_are_within_bounds(limits: Limits) -> None:
    assert find_out_of_bounds(limits) is None


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("value", [math.nan, math.inf, 1e308])
def test_no_limit_may_be_boundless(name: str, value: float) -> None:
    wrong = find_out_of_bounds(with_limit(name, value))

    assert wrong == OutOfBounds(name=name, bound=getattr(LIMITS_CEILING, name), too_high=True)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("value", [0, -1, -math.inf])
def test_no_limit_may_be_nothing(name: str, value: float) -> None:
    wrong = find_out_of_bounds(with_limit(name, value))

    assert wrong == OutOfBounds(name=name, bound=getattr(LIMITS_FLOOR, name), too_high=False)


@pytest.mark.parametrize("name", NAMES)
def test_the_bounds_themselves_are_allowed_and_no_more(name: str) -> None:
    highest, lowest = getattr(LIMITS_CEILING, name), getattr(LIMITS_FLOOR, name)

    assert find_out_of_bounds(with_limit(name, highest)) is None
    assert find_out_of_bounds(with_limit(name, lowest)) is None
    assert find_out_of_bounds(with_limit(name, math.nextafter(highest, math.inf))) is not None
    assert find_out_of_bounds(with_limit(name, math.nextafter(lowest, 0))) is not None


def test_an_operator_may_set_a_lower_ceiling() -> None:
    ceiling = replace(LIMITS_CEILING, processes=8)

    wrong = find_out_of_bounds(DEFAULT_LIMITS, ceiling=ceiling)

    assert wrong == OutOfBounds(name="processes", bound=8, too_high=True)


def test_wall_time_leaves_room_for_waiting() -> None:
    assert wall_time_for(3.0) == 11.0
    assert DEFAULT_LIMITS.wall_time_s == wall_time_for(DEFAULT_LIMITS.cpu_time_s)
