from __future__ import annotations

import os
from dataclasses import fields
from pathlib import Path

import pytest

from stockade.config import InvalidSetting, Settings, load_settings
from stockade.core.limits import LIMITS_CEILING, MiB


def test_without_a_word_from_anybody_the_settings_are_the_usual_ones() -> None:
    settings = load_settings({"PATH": "/bin", "STOCKADEX": "no option of ours"})

    assert settings == Settings()
    assert (settings.host, settings.port, settings.data) == ("127.0.0.1", 8000, Path("data"))
    assert settings.slots == os.cpu_count()
    assert settings.body_bytes == 8 * MiB
    assert settings.ceiling == LIMITS_CEILING


@pytest.mark.parametrize(
    ("variable", "text", "name", "value"),
    [
        ("STOCKADE_HOST", "::1", "host", "::1"),
        ("STOCKADE_HOST", "localhost", "host", "localhost"),
        ("STOCKADE_PORT", "9000", "port", 9000),
        ("STOCKADE_PORT", "65535", "port", 65535),
        ("STOCKADE_DATA", "/var/lib/stockade", "data", Path("/var/lib/stockade")),
        ("STOCKADE_SLOTS", "3", "slots", 3),
        ("STOCKADE_INSECURE", "true", "insecure", True),
        ("STOCKADE_BODY_BYTES", "1024", "body_bytes", 1024),
        ("STOCKADE_LEASE_S", "1.5", "lease_s", 1.5),
        ("STOCKADE_DRAIN_S", "0", "drain_s", 0.0),
        ("STOCKADE_MAX_CPUS", "0.5", "max_cpus", 0.5),
        ("stockade_port", "9000", "port", 8000),
    ],
)
def test_every_option_is_a_variable(variable: str, text: str, name: str, value: object) -> None:
    settings = load_settings({variable: text})

    assert getattr(settings, name) == value


def test_the_command_line_wins_over_a_variable_and_says_nothing_by_none() -> None:
    environment = {"STOCKADE_PORT": "9000", "STOCKADE_SLOTS": "3"}

    settings = load_settings(environment, port=9001, slots=None, data=Path("/srv"))

    assert (settings.port, settings.slots, settings.data) == (9001, 3, Path("/srv"))


@pytest.mark.parametrize(
    ("variable", "text", "words"),
    [
        ("STOCKADE_PORT", "", ("STOCKADE_PORT: ", "`int`")),
        ("STOCKADE_PORT", "high", ("STOCKADE_PORT: ", "`int`")),
        ("STOCKADE_PORT", "80.5", ("STOCKADE_PORT: ", "`int`")),
        ("STOCKADE_PORT", "0", ("STOCKADE_PORT: 0 is less than 1.",)),
        ("STOCKADE_PORT", "-1", ("STOCKADE_PORT: -1 is less than 1.",)),
        ("STOCKADE_PORT", "65536", ("STOCKADE_PORT: 65536 is more than 65535.",)),
        ("STOCKADE_SLOTS", "0", ("STOCKADE_SLOTS: 0 is less than 1.",)),
        ("STOCKADE_BODY_BYTES", "0", ("STOCKADE_BODY_BYTES: 0 is less than 1.",)),
        ("STOCKADE_LEASE_S", "0.5", ("STOCKADE_LEASE_S: 0.5 is less than 1.",)),
        ("STOCKADE_DRAIN_S", "-0.1", ("STOCKADE_DRAIN_S: -0.1 is less than 0.",)),
        ("STOCKADE_INSECURE", "perhaps", ("STOCKADE_INSECURE: ", "`bool`")),
        ("STOCKADE_MAX_CPUS", "many", ("STOCKADE_MAX_CPUS: ", "`float`")),
    ],
)
def test_what_cannot_be_used_is_refused_by_its_name(
    variable: str, text: str, words: tuple[str, ...]
) -> None:
    with pytest.raises(InvalidSetting) as refused:
        load_settings({variable: text})

    for word in words:
        assert word in str(refused.value)


@pytest.mark.parametrize("text", ["nan", "inf", "-inf", "1e999"])
@pytest.mark.parametrize("name", ["lease_s", "drain_s", "max_cpu_time_s", "max_cpus"])
def test_no_time_or_amount_may_be_anything_but_finite(name: str, text: str) -> None:
    with pytest.raises(InvalidSetting, match=f"STOCKADE_{name.upper()}"):
        load_settings({f"STOCKADE_{name.upper()}": text})


@pytest.mark.parametrize("text", ["inf", "nan"])
def test_what_is_not_finite_is_not_called_too_little(text: str) -> None:
    with pytest.raises(InvalidSetting) as refused:
        load_settings({"STOCKADE_DRAIN_S": text})

    assert "less than" not in str(refused.value)


@pytest.mark.parametrize(
    ("variable", "meant"),
    [
        ("STOCKADE_PROT", "STOCKADE_PORT"),
        ("STOCKADE_SLOT", "STOCKADE_SLOTS"),
        ("STOCKADE_MAX_MEMORY", "STOCKADE_MAX_MEMORY_BYTES"),
        ("STOCKADE_DRAIN", "STOCKADE_DRAIN_S"),
    ],
)
def test_an_unknown_variable_is_refused_with_the_nearest_name(variable: str, meant: str) -> None:
    with pytest.raises(InvalidSetting) as refused:
        load_settings({variable: "1"})

    assert str(refused.value) == f"{variable} is not an option. Did you mean {meant}?"


def test_nothing_is_guessed_where_nothing_is_near() -> None:
    with pytest.raises(InvalidSetting) as refused:
        load_settings({"STOCKADE_QQQ": "1"})

    assert str(refused.value) == "STOCKADE_QQQ is not an option."


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.1", "example.org", "127.evil.org", ""])  # noqa: S104 - refused
def test_an_address_that_others_can_reach_has_to_be_meant(host: str) -> None:
    with pytest.raises(InvalidSetting, match=f"STOCKADE_HOST: {host} .*--insecure"):
        load_settings({"STOCKADE_HOST": host})

    assert load_settings({"STOCKADE_HOST": host}, insecure=True).is_loopback is False


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.10", "::1", "localhost"])
def test_loopback_needs_no_leave(host: str) -> None:
    assert load_settings({}, host=host).is_loopback is True


def test_the_ceiling_is_made_of_the_options_that_begin_with_max() -> None:
    names = [each.name for each in fields(Settings) if each.name.startswith("max_")]

    ceiling = load_settings({f"STOCKADE_{name.upper()}": "7" for name in names}).ceiling

    assert {name: getattr(ceiling, name.removeprefix("max_")) for name in names} == dict.fromkeys(
        names, 7
    )
    assert len(names) == len(fields(LIMITS_CEILING))


def test_every_option_is_explained() -> None:
    text = Settings.__doc__ or ""

    for each in fields(Settings):
        assert f"``{each.name}``" in text or each.name.startswith("max_"), each.name
