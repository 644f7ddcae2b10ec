"""What a command's exit code says, and how errors become one."""

from __future__ import annotations

from enum import IntEnum

import click


class ExitCode(IntEnum):
    """Done; the program failed its judgement; wrong use; our fault."""

    DONE = 0
    PROGRAM_FAILED = 1
    WRONG_USE = 2
    OUR_FAULT = 3


class WrongUse(click.ClickException):
    """An error of the person who typed the command."""

    exit_code = ExitCode.WRONG_USE


class Failure(click.ClickException):
    """An error of ours."""

    exit_code = ExitCode.OUR_FAULT
