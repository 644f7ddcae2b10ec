"""A run: one command carried out in a box, and what was measured from outside it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Ending(StrEnum):
    """How a run ended, as the sandbox saw it: wait status, counters and our own clock."""

    EXITED = "exited"
    SIGNALLED = "signalled"
    CPU_TIME_LIMIT = "cpu_time_limit"
    WALL_TIME_LIMIT = "wall_time_limit"
    MEMORY_LIMIT = "memory_limit"
    OUTPUT_LIMIT = "output_limit"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """What was kept of one stream: its head and tail. ``truncated`` says the middle was cut.

    ``produced_bytes`` counts all that the program wrote.
    """

    data: bytes = b""
    produced_bytes: int = 0
    truncated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What a run did use, every process of it counted.

    CPU time and wall time in milliseconds, peak memory in bytes, and the most processes and
    threads that were alive at once.
    """

    cpu_ms: float
    wall_ms: float
    memory_bytes: int
    processes_peak: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """How one command ended. ``exit_code`` is set for ``exited``, ``signal`` for ``signalled``.

    A run ended by a limit has neither: the kill was ours. ``signal`` is a name ("SIGSEGV").
    """

    ending: Ending
    exit_code: int | None
    signal: str | None
    stdout: Output
    stderr: Output
    usage: Usage

    @property
    def is_success(self) -> bool:
        """Whether the command ended by itself with exit code 0."""
        return self.ending is Ending.EXITED and self.exit_code == 0
