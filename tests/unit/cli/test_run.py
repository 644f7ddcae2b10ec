"""What ``run`` refuses before it needs a sandbox; programs are run in the end-to-end tests."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from stockade.cli.run import command


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "main.sh"
    path.write_text("echo")
    return str(path)


def test_a_wrong_variable_is_wrong_use(file: str) -> None:
    result = CliRunner().invoke(command, [file], env={"STOCKADE_PROT": "1"})

    assert result.exit_code == 2
    assert result.stderr == ("Error: STOCKADE_PROT is not an option. Did you mean STOCKADE_PORT?\n")


@pytest.mark.parametrize("option", ["--stdin", "--expect"])
def test_a_file_that_is_not_there_is_wrong_use(file: str, option: str) -> None:
    result = CliRunner().invoke(command, [option, "missing", file])

    assert result.exit_code == 2
    assert "missing" in result.stderr


def test_a_folder_is_no_program(tmp_path: Path) -> None:
    result = CliRunner().invoke(command, [str(tmp_path)])

    assert result.exit_code == 2
    assert "is a directory" in result.stderr
