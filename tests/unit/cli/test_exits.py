from __future__ import annotations

import click
import pytest
from click.testing import CliRunner

from stockade.cli.exits import ExitCode, Failure, WrongUse


@pytest.mark.parametrize(
    ("error", "code"), [(WrongUse("so not"), ExitCode.WRONG_USE), (Failure("so not"), 3)]
)
def test_an_error_is_one_sentence_and_its_exit_code(error: click.ClickException, code: int) -> None:
    @click.command()
    def command() -> None:
        raise error

    result = CliRunner().invoke(command)

    assert (result.exit_code, result.stderr, result.stdout) == (code, "Error: so not\n", "")


def test_wrong_use_is_what_the_parser_of_options_calls_it_too() -> None:
    assert click.UsageError.exit_code == ExitCode.WRONG_USE


def test_the_codes_are_those_that_are_promised() -> None:
    assert [code.value for code in ExitCode] == [0, 1, 2, 3]
