"""What a sandbox is asked to do, and what it hands back: one box a step, never used twice."""

from __future__ import annotations

from dataclasses import dataclass

from stockade.core.limits import Limits
from stockade.core.run import Run
from stockade.core.submission import File, Variable


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """An argument vector with its environment and input; ``argv[0]`` is a path in the box."""

    argv: tuple[str, ...]
    env: tuple[Variable, ...] = ()
    stdin: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One command and all that its box needs.

    ``files`` are put into the writable workspace, where the command starts; ``program`` is what an
    earlier step made, read-only and executable under :data:`PROGRAM_DIR`; ``collect`` names the
    files of the workspace that are wanted back.
    """

    command: Command
    limits: Limits
    files: tuple[File, ...] = ()
    program: tuple[File, ...] = ()
    collect: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StepOutcome:
    """The run, and those of the wanted files that exist and are regular files."""

    run: Run
    files: tuple[File, ...] = ()


WORKSPACE_DIR = "/workspace"
PROGRAM_DIR = "/program"


@dataclass(frozen=True, slots=True, kw_only=True)
class Isolation:
    """What a sandbox enforced for a run: the backend, and its layers by name."""

    backend: str
    enforced: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
