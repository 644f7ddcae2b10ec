"""The ``stockade`` command; a subcommand is imported only when it is called."""

from __future__ import annotations

import importlib
from collections.abc import Sequence

import click

from stockade import __version__

_COMMANDS = {
    "serve": "Everything in one process: API, queue, store, worker.",
    "run": "Run a program here, now, in a box, without a server.",
    "submit": "Run a program on a server.",
    "languages": "What can be run here.",
    "doctor": "What is enforced here, each layer proved by trying.",
}


class _LazyGroup(click.Group):
    """Knows the names of its commands, and imports one when it is needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command = importlib.import_module(f"stockade.cli.{cmd_name}").command
        assert isinstance(command, click.Command)  # noqa: S101 - one file a command, by contract
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="%(version)s")
def stockade() -> None:
    """Run code that nobody trusts, and be told exactly what happened to it."""


def run(arguments: Sequence[str] | None = None) -> None:
    """Carry out the command line and exit."""
    stockade.main(args=arguments, prog_name="stockade")
