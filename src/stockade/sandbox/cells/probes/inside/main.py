"""What a probe says, by exit code and standard output: held, broken and how, or not to be tried."""

from __future__ import annotations

import sys
from importlib import import_module

HELD, BROKEN, UNTRIED = 0, 10, 11
# Exit code 0 alone might be somebody else's.
HELD_WORD = "held"


class Untried(Exception):
    """The layer cannot be tried on this kind of machine; the message says why."""


def main(module: str, function: str) -> int:
    """Carry out a probe's function, say what it found, return the exit code."""
    try:
        said = [*getattr(import_module(f".{module}", __package__), function)()]
    except Untried as reason:
        said, code = [str(reason)], UNTRIED
    else:
        code = BROKEN if said else HELD
    sys.stdout.write("\n".join(said or [HELD_WORD]) + "\n")
    return code
