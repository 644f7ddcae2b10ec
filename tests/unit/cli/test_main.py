from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from stockade import __version__, cli
from stockade.cli.main import run, stockade

NOT_COMMANDS = {"__init__", "main", "exits", "report", "request"}


def commands() -> list[str]:
    return stockade.list_commands(click.Context(stockade))


def test_every_file_that_holds_a_command_is_one() -> None:
    files = {file.stem for file in Path(str(cli.__file__)).parent.glob("*.py")}

    assert set(commands()) == files - NOT_COMMANDS


def test_every_command_goes_by_the_name_of_its_file() -> None:
    for name in commands():
        command = import_module(f"stockade.cli.{name}").command

        assert isinstance(command, click.Command)
        assert command.name == name


def test_the_overview_names_every_command_without_importing_one() -> None:
    script = "import sys; from stockade.cli.main import run\n"
    script += "try: run(['--help'])\n"
    script += "finally: print(sorted(name for name in sys.modules if 'stockade' in name))"

    ended = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )

    overview, _, imported = ended.stdout.rpartition("\n[")
    for name in commands():
        assert f"  {name} " in overview
        assert f"'stockade.cli.{name}'" not in imported
    assert "'stockade.cli.main'" in imported


@pytest.mark.parametrize("option", ["-h", "--help"])
def test_help_is_there_by_both_its_names(option: str) -> None:
    result = CliRunner().invoke(stockade, [option])

    assert result.exit_code == 0
    assert result.output.startswith("Usage: ")


def test_an_unknown_command_is_wrong_use() -> None:
    result = CliRunner().invoke(stockade, ["seve"])

    assert result.exit_code == 2
    assert "No such command 'seve'" in result.stderr


def test_running_it_exits_as_a_process_does(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        run(["--version"])

    assert left.value.code == 0
    assert capsys.readouterr().out == f"{__version__}\n"
