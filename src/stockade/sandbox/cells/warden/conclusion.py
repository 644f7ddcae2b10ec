"""A box under way and what it ended as: by wait status, counters and our own clock alone."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence

from stockade.sandbox.cells.warden.counters import Counters
from stockade.sandbox.cells.warden.messages import Ended, Exited, Start

_NS = 1_000_000_000
_LONGEST_BETWEEN_LOOKS_S = 0.05
_SHORTEST_BETWEEN_LOOKS_S = 0.001


class Box:
    """What is known of a box under way; ``killed_for`` is the ending's word, or empty."""

    def __init__(self, start: Start, pidfd: int, *, deadline: float) -> None:
        self.start = start
        self.pidfd = pidfd
        self.deadline = deadline
        self.next_look = deadline
        self.started_ns = time.monotonic_ns()
        self.workspace: int | None = None
        self.killed_for = ""
        self.killed_ns = 0
        self.fault = ""
        self.exited: Exited | None = None
        self.counters: Counters | None = None


def until_next_look(start: Start, used_ns: int) -> float:
    """Seconds until the CPU time could be used up at the earliest, within reason."""
    left_s = start.cpu_time_s - used_ns / _NS
    soonest = left_s / max(1.0, start.cpus)
    return min(_LONGEST_BETWEEN_LOOKS_S, max(_SHORTEST_BETWEEN_LOOKS_S, soonest))


def conclude(box: Box, counters: Counters, names: Sequence[str]) -> Ended:
    """The answer for a dead box; ``names`` are the files that were collected."""
    cpu_ns = max(0, counters.cpu_ns - (box.exited.overhead_ns if box.exited else 0))
    wall_ns = _wall_ns(box)
    ending = _ending(box, counters, cpu_ns=cpu_ns, wall_ns=wall_ns)
    status = box.exited.status if box.exited else 0
    return Ended(
        slot=box.start.slot,
        box=box.start.box,
        fault="" if ending else box.fault or "init died without a word",
        ending=ending,
        exit_code=os.WEXITSTATUS(status) if ending == "exited" else None,
        signal=os.WTERMSIG(status) if ending == "signalled" else None,
        cpu_ns=cpu_ns,
        wall_ns=wall_ns,
        memory_bytes=counters.memory_bytes,
        processes_peak=counters.processes_peak,
        collected=names,
    )


def _wall_ns(box: Box) -> int:
    if box.exited:
        return box.exited.ended_ns - box.exited.started_ns
    return (box.killed_ns or time.monotonic_ns()) - box.started_ns


def _ending(box: Box, counters: Counters, *, cpu_ns: int, wall_ns: int) -> str:
    """The ending's word; empty where nothing is known about the program."""
    if box.killed_for in ("cancelled", "output_limit"):
        return box.killed_for
    if counters.oom_killed:
        return "memory_limit"
    # A program that used more than its time and left between two looks has used too much.
    if box.killed_for == "cpu_time_limit" or cpu_ns > box.start.cpu_time_s * _NS:
        return "cpu_time_limit"
    if box.killed_for:
        return box.killed_for
    if box.fault or box.exited is None:
        return ""
    return _own_ending(box.exited, has_time_left=wall_ns <= box.start.wall_time_s * _NS)


def _own_ending(exited: Exited, *, has_time_left: bool) -> str:
    if not has_time_left:
        return "wall_time_limit"
    return "signalled" if os.WIFSIGNALED(exited.status) else "exited"
