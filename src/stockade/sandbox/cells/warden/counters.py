"""What both kinds of control groups have in common: small files, counters, and killing by group."""

from __future__ import annotations

import os
import signal
from typing import NamedTuple

from stockade.sandbox.cells.warden.files import read_text


class Counters(NamedTuple):
    """What a box used. CPU time in nanoseconds, its forkers included; memory in bytes."""

    cpu_ns: int
    memory_bytes: int
    processes_peak: int
    oom_killed: bool


class ControlFile:
    """One file of a group, held open: a read or write is one system call without a path."""

    def __init__(self, path: str, *, writable: bool = False) -> None:
        mode = os.O_RDWR if writable else os.O_RDONLY
        self._descriptor = os.open(path, mode | os.O_CLOEXEC)

    def read(self) -> str:
        """The whole text."""
        return os.pread(self._descriptor, 4096, 0).decode()

    def read_int(self) -> int:
        """The text as a number."""
        return int(os.pread(self._descriptor, 64, 0))

    def write(self, value: int | str) -> None:
        """Set the file. Raises ``OSError``."""
        os.pwrite(self._descriptor, str(value).encode(), 0)

    def fileno(self) -> int:
        """The descriptor, for those who register it somewhere."""
        return self._descriptor

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._descriptor)


def flat_value(text: str, key: str) -> int:
    """The number behind ``key`` in a file of ``key number`` lines; 0 where it is missing."""
    for line in text.splitlines():
        name, _, value = line.partition(" ")
        if name == key:
            return int(value)
    return 0


def kill_all(group: str, *, spare: int = 0) -> bool:
    """Kill whatever is in a group; whether it was empty. Call again until it is."""
    # 0 stands for a process that our own namespace cannot name.
    pids = [int(line) for line in read_text(f"{group}/cgroup.procs").split()]
    for pid in pids:
        if pid not in (0, spare):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
    return not pids
