from __future__ import annotations

import io
from base64 import b64decode
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from stockade.cli.exits import WrongUse
from stockade.cli.request import Asked, body_of, program_options
from stockade.core.limits import MiB
from stockade.languages import LANGUAGES


def asked(file: Path, **other: Any) -> Asked:  # noqa: ANN401 - any field of it
    usual: dict[str, Any] = dict.fromkeys(Asked.__dataclass_fields__)
    return Asked(**{**usual, "file": file, "args": (), **other})


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "main.py"
    path.write_bytes(b"print(1)\xff")
    return path


def test_what_was_not_given_is_not_sent(file: Path) -> None:
    body = body_of(asked(file))

    (sent,) = body.pop("files")
    assert body == {"language": "python", "args": [], "limits": {}}
    assert sent["name"] == "main.py"
    assert b64decode(sent["content_base64"]) == b"print(1)\xff"


def test_input_and_expected_output_are_sent_byte_by_byte(file: Path) -> None:
    body = body_of(asked(file, stdin=io.BytesIO(b"\x00in"), expect=io.BytesIO(b"")))

    assert b64decode(body["stdin_base64"]) == b"\x00in"
    assert body["expected_output_base64"] == ""


def test_limits_are_sent_in_the_units_of_the_api(file: Path) -> None:
    limits = body_of(asked(file, cpu_time=0.5, wall_time=2.0, memory=1.5, processes=3))["limits"]

    assert limits == {
        "cpu_time_s": 0.5,
        "wall_time_s": 2.0,
        "memory_bytes": 3 * MiB // 2,
        "processes": 3,
    }


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.id)
def test_the_language_is_known_by_the_files_ending(tmp_path: Path, language: Any) -> None:  # noqa: ANN401 - of the catalogue
    for extension in language.extensions:
        file = tmp_path / f"program{extension}"
        file.touch()

        assert body_of(asked(file))["language"] == language.id


def test_a_language_that_is_named_wins_over_the_ending(file: Path) -> None:
    assert body_of(asked(file, language="c"))["language"] == "c"


def test_a_file_of_no_known_ending_needs_its_language_named(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.touch()

    with pytest.raises(WrongUse, match=r"notes\.txt: no language has this ending.*--language"):
        body_of(asked(file))


def test_the_options_make_what_was_asked(file: Path) -> None:
    found: list[Asked] = []

    @click.command()
    @program_options
    def command(*, as_json: bool, **given: Any) -> None:  # noqa: ANN401 - click's own values
        found.append(Asked(**given))
        assert as_json

    options = "--language c --cpu-time 1 --wall-time 2 --memory 3 --processes 4 --json --stdin -"
    result = CliRunner().invoke(
        command,
        [*options.split(), str(file), "--", "a", "--b"],
        input=b"in",
        catch_exceptions=False,
    )

    assert result.exit_code == 0, result.output
    (one,) = found
    assert (one.file, one.args, one.language) == (file, ("a", "--b"), "c")
    assert (one.cpu_time, one.wall_time, one.memory, one.processes) == (1.0, 2.0, 3.0, 4)
    assert one.stdin is not None
    assert one.expect is None
