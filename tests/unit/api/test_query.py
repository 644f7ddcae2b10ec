from __future__ import annotations

import pytest
from starlette.requests import Request

from stockade.api.problems import Refusal
from stockade.api.query import read_count, read_query, read_seconds, read_switch


def query(text: bytes, *known: str) -> dict[str, str]:
    return dict(read_query(Request({"type": "http", "query_string": text}), *known))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"", {}),
        (b"a=1&b=%C3%BC", {"a": "1", "b": "ü"}),
        (b"a=", {"a": ""}),
        (b"a", {"a": ""}),
        (b"a=1+2", {"a": "1 2"}),
    ],
)
def test_known_parameters_are_read(text: bytes, expected: dict[str, str]) -> None:
    assert query(text, "a", "b") == expected


@pytest.mark.parametrize(
    ("text", "field", "fix"),
    [
        (b"wiat=1", "wiat", "Did you mean wait?"),
        (b"zzz=1", "zzz", "Use only these: wait, base64."),
        (b"wait=1&wait=1", "wait", "Give it once."),
        (b"wait=%FF", "query", "Use these, as UTF-8: wait, base64."),
        (b"&".join([b"a=1"] * 17), "query", "Use these, as UTF-8: wait, base64."),
    ],
)
def test_anything_else_is_refused_by_name(text: bytes, field: str, fix: str) -> None:
    with pytest.raises(Refusal) as caught:
        query(text, "wait", "base64")

    (error,) = caught.value.problem.errors
    assert (caught.value.problem.status, error.field, error.fix) == (422, field, fix)


def test_where_nothing_is_known_nothing_is_suggested() -> None:
    with pytest.raises(Refusal) as caught:
        query(b"wait=1")

    assert caught.value.problem.errors[0].fix == "Leave it out."


@pytest.mark.parametrize(("text", "seconds"), [("0", 0), ("7", 7), ("0.25", 0.25), ("60", 60)])
def test_seconds_are_plain_numbers(text: str, seconds: float) -> None:
    assert read_seconds({"wait": text}, "wait", 60.0) == seconds
    assert read_seconds({}, "wait", 60.0) == 0


@pytest.mark.parametrize("text", ["60.1", "-0", "1e1", " 1", "nan", "inf", "1_0", "9" * 1000])
def test_odd_seconds_are_refused(text: str) -> None:
    with pytest.raises(Refusal, match="wait"):
        read_seconds({"wait": text}, "wait", 60.0)


def test_a_count_has_a_default_and_bounds() -> None:
    assert read_count({}, "limit", 20, 100) == 20
    assert read_count({"limit": "100"}, "limit", 20, 100) == 100


@pytest.mark.parametrize("text", ["0", "101", "-1", "1.0", "x", "", "٣", "9" * 100_000])
def test_odd_counts_are_refused(text: str) -> None:
    with pytest.raises(Refusal, match="limit"):
        read_count({"limit": text}, "limit", 20, 100)


def test_a_switch_is_true_or_false() -> None:
    assert read_switch({"base64": "true"}, "base64")
    assert not read_switch({"base64": "false"}, "base64")
    assert not read_switch({}, "base64")


@pytest.mark.parametrize("text", ["True", "1", "yes", ""])
def test_odd_switches_are_refused(text: str) -> None:
    with pytest.raises(Refusal, match="base64"):
        read_switch({"base64": text}, "base64")
