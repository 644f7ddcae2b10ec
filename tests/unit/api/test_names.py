from __future__ import annotations

import pytest

from stockade.api.names import shown, suggestion


@pytest.mark.parametrize(
    ("name", "text"),
    [("plain", "plain"), ("é", "\\xe9"), ("\ud800", "\\ud800"), ("x" * 65, "x" * 64 + "...")],
)
def test_a_name_is_shown_short_and_in_ascii(name: str, text: str) -> None:
    assert shown(name) == text


@pytest.mark.parametrize(
    ("name", "fix"),
    [
        ("sourc", "Did you mean source?"),
        ("zzz", "Use only these: source, stdin."),
        ("zzz" * 1_000_000, "Use only these: source, stdin."),
    ],
)
def test_the_nearest_name_is_suggested_or_all_of_them(name: str, fix: str) -> None:
    assert suggestion(name, ("source", "stdin")) == fix
