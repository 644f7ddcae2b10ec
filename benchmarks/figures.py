"""Medians, CPU time of a tree of processes, and lines to print."""

from __future__ import annotations

import os
import resource
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_TICK_MS = 1000 / os.sysconf("SC_CLK_TCK")
# In /proc/PID/stat behind the command: parent's pid; own and waited-for CPU time in clock ticks.
_PARENT, _CPU = 1, slice(11, 15)


@dataclass(frozen=True, slots=True)
class Times:
    """Milliseconds that single executions took, in the order they were taken."""

    wall_ms: Sequence[float]

    @property
    def median(self) -> float:
        """The middle one."""
        return statistics.median(self.wall_ms)

    def percentile(self, share: float) -> float:
        """The time that this share of the executions did not exceed."""
        return sorted(self.wall_ms)[min(len(self.wall_ms) - 1, int(share * len(self.wall_ms)))]


def own_cpu_ms() -> float:
    """CPU time of this process and of the children it has waited for, in milliseconds."""
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return 1000 * sum(usage.ru_utime + usage.ru_stime for usage in usages)


def tree_cpu_ms(root: int) -> float:
    """CPU time of a process and everything below it, the waited-for dead included."""
    stats = {pid: fields for pid in _pids() if (fields := _stat(pid)) is not None}
    tree, grew = {root}, True
    while grew:
        more = {pid for pid, fields in stats.items() if int(fields[_PARENT]) in tree} - tree
        tree, grew = tree | more, bool(more)
    ticks = sum(int(tick) for pid in tree & stats.keys() for tick in stats[pid][_CPU])
    return ticks * _TICK_MS


def resident_mib(pid: int) -> float:
    """Resident memory of one process in MiB."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGESIZE") / (1 << 20)


def _pids() -> list[int]:
    return [int(path.name) for path in Path("/proc").iterdir() if path.name.isdecimal()]


def _stat(pid: int) -> list[str] | None:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None


def line(what: str, figure: str, floor: str = "") -> None:
    """Print one figure, and what it has to reach."""
    print(f"  {what:<58} {figure:<34} {floor}")
