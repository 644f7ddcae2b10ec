"""What a client sends: source files, a language, input, limits. It never changes."""

from __future__ import annotations

from dataclasses import dataclass

from stockade.core.limits import COMPILE_LIMITS, DEFAULT_LIMITS, Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A regular file by its relative name (``lib/util.py``: no ``..``, no leading slash)."""

    name: str
    content: bytes
    executable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """One environment variable of a program."""

    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """One program to be run once, as the client described it.

    ``entry`` is the name of the file to start with, one of ``files``. ``expected_output`` is
    compared with stdout where it is given; it never enters a box.
    """

    language: str
    files: tuple[File, ...]
    entry: str
    stdin: bytes = b""
    args: tuple[str, ...] = ()
    env: tuple[Variable, ...] = ()
    limits: Limits = DEFAULT_LIMITS
    compile_limits: Limits = COMPILE_LIMITS
    expected_output: bytes | None = None
