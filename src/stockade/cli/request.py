"""What ``run`` and ``submit`` have in common: the program, as the body of a request to the API."""

from __future__ import annotations

import math
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import click

from stockade.cli.exits import WrongUse
from stockade.core.limits import MiB
from stockade.languages import LANGUAGES

F = TypeVar("F", bound=Callable[..., object])


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A program as the command line names it. Times are seconds, ``memory`` is MiB."""

    file: Path
    args: tuple[str, ...]
    language: str | None
    stdin: BinaryIO | None
    expect: BinaryIO | None
    cpu_time: float | None
    wall_time: float | None
    memory: float | None
    processes: int | None


def program_options(command: F) -> F:
    """The options that describe a program, the same for both commands."""
    for option in reversed(
        (
            click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path)),
            click.argument("args", nargs=-1),
            click.option("--language", help="Language id.  [default: by the file's ending]"),
            click.option("--stdin", type=click.File("rb"), help="The program's input; - is ours."),
            click.option("--expect", type=click.File("rb"), help="The output that is right."),
            click.option("--cpu-time", type=float, help="Seconds of CPU time."),
            click.option("--wall-time", type=float, help="Seconds of wall time."),
            click.option("--memory", type=float, help="MiB of memory."),
            click.option("--processes", type=int, help="Processes and threads."),
            click.option("--json", "as_json", is_flag=True, help="The whole result, for programs."),
        )
    ):
        command = option(command)
    return command


def body_of(asked: Asked) -> dict[str, Any]:
    """The JSON body of the submission. Raises ``WrongUse``."""
    body: dict[str, Any] = {
        "language": _language_of(asked),
        "files": [{"name": asked.file.name, "content_base64": _base64(asked.file.read_bytes())}],
        "args": list(asked.args),
        "limits": _limits_of(asked),
    }
    if asked.stdin is not None:
        body["stdin_base64"] = _base64(asked.stdin.read())
    if asked.expect is not None:
        body["expected_output_base64"] = _base64(asked.expect.read())
    return body


def _language_of(asked: Asked) -> str:
    if asked.language is not None:
        return asked.language
    for language in LANGUAGES:
        if asked.file.suffix in language.extensions:
            return language.id
    raise WrongUse(f"{asked.file.name}: no language has this ending. Name one with --language.")


def _limits_of(asked: Asked) -> dict[str, float | int]:
    if asked.memory is not None and not math.isfinite(asked.memory):
        raise WrongUse(f"--memory: {asked.memory} is not a number of MiB.")
    given = {
        "cpu_time_s": asked.cpu_time,
        "wall_time_s": asked.wall_time,
        "memory_bytes": None if asked.memory is None else int(asked.memory * MiB),
        "processes": asked.processes,
    }
    return {name: value for name, value in given.items() if value is not None}


def _base64(data: bytes) -> str:
    return b64encode(data).decode()
