"""What a dead box ended as, for every combination of what can be known of it."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from stockade.sandbox.cells.warden.conclusion import Box, conclude
from stockade.sandbox.cells.warden.counters import Counters
from stockade.sandbox.cells.warden.messages import Ended, Exited, Start

NS, MS = 1_000_000_000, 1_000_000
START = Start(
    slot=3,
    box=7,
    cpu_time_s=1.0,
    wall_time_s=5.0,
    memory_bytes=1 << 26,
    processes=8,
    cpus=1.0,
    collect=[],
)
EXIT_3, KILLED_BY_SEGV, KILLED_BY_KILL = 3 << 8, 11, 9


@dataclass(frozen=True, kw_only=True)
class Case:
    """What is known of a box; ``status`` None: init died before it could say anything."""

    status: int | None = EXIT_3
    killed_for: str = ""
    fault: str = ""
    cpu_ns: int = 100 * MS
    wall_ns: int = 200 * MS
    overhead_ns: int = 0
    oom_killed: bool = False

    def conclude(self, names: tuple[str, ...] = ()) -> Ended:
        box = Box(START, -1, deadline=0.0)
        box.killed_for, box.fault = self.killed_for, self.fault
        box.killed_ns = box.started_ns + self.wall_ns
        if self.status is not None:
            ended_ns = 10 * NS + self.wall_ns
            box.exited = Exited(1, self.status, 10 * NS, ended_ns, self.overhead_ns)
        counters = Counters(
            cpu_ns=self.cpu_ns, memory_bytes=4096, processes_peak=2, oom_killed=self.oom_killed
        )
        return conclude(box, counters, names)


def test_a_program_that_exits_tells_its_code() -> None:
    end = Case(status=EXIT_3).conclude()

    assert (end.ending, end.exit_code, end.signal, end.fault) == ("exited", 3, None, "")


def test_a_program_that_is_signalled_tells_the_signal() -> None:
    end = Case(status=KILLED_BY_SEGV).conclude()

    assert (end.ending, end.exit_code, end.signal, end.fault) == ("signalled", None, 11, "")


@pytest.mark.parametrize(
    ("case", "ending"),
    [
        # Killed by us, whether or not init had something to say before.
        (Case(killed_for="cancelled"), "cancelled"),
        (Case(killed_for="cancelled", status=None), "cancelled"),
        (Case(killed_for="output_limit", status=None), "output_limit"),
        (Case(killed_for="wall_time_limit", status=None), "wall_time_limit"),
        (Case(killed_for="cpu_time_limit", status=None), "cpu_time_limit"),
        (Case(killed_for="memory_limit", status=None), "memory_limit"),
        # Who asked for the kill first has the word, whatever else was true by then.
        (Case(killed_for="cancelled", oom_killed=True, cpu_ns=9 * NS), "cancelled"),
        (Case(killed_for="output_limit", oom_killed=True, cpu_ns=9 * NS), "output_limit"),
        # Memory before time: giving memory back may take any time.
        (Case(oom_killed=True, status=KILLED_BY_KILL), "memory_limit"),
        (Case(oom_killed=True, status=EXIT_3), "memory_limit"),
        (Case(oom_killed=True, status=None), "memory_limit"),
        (Case(oom_killed=True, cpu_ns=9 * NS), "memory_limit"),
        (Case(killed_for="wall_time_limit", oom_killed=True), "memory_limit"),
        (Case(killed_for="cpu_time_limit", oom_killed=True), "memory_limit"),
        # CPU time before wall time: it decides the verdict.
        (Case(cpu_ns=NS + 1), "cpu_time_limit"),
        (Case(cpu_ns=NS + 1, status=KILLED_BY_SEGV), "cpu_time_limit"),
        (Case(cpu_ns=NS + 1, wall_ns=9 * NS), "cpu_time_limit"),
        (Case(killed_for="wall_time_limit", cpu_ns=NS + 1), "cpu_time_limit"),
        (Case(killed_for="wall_time_limit", cpu_ns=NS), "wall_time_limit"),
        # To the nanosecond, and not a nanosecond before.
        (Case(cpu_ns=NS), "exited"),
        (Case(wall_ns=5 * NS), "exited"),
        (Case(wall_ns=5 * NS + 1), "wall_time_limit"),
        (Case(wall_ns=5 * NS + 1, status=KILLED_BY_SEGV), "wall_time_limit"),
        # What furnishing took was ours.
        (Case(cpu_ns=NS + 50 * MS, overhead_ns=50 * MS), "exited"),
        (Case(cpu_ns=NS + 50 * MS, overhead_ns=49 * MS), "cpu_time_limit"),
    ],
)
def test_the_first_thing_that_holds_is_the_ending(case: Case, ending: str) -> None:
    end = case.conclude()

    assert end.ending == ending
    assert end.fault == ""
    assert (end.exit_code is not None) == (ending == "exited")
    assert (end.signal is not None) == (ending == "signalled")


@pytest.mark.parametrize(
    ("case", "fault"),
    [
        (Case(status=None), "init died without a word"),
        (Case(status=None, fault="the cell died"), "the cell died"),
        (Case(status=EXIT_3, fault="no such file"), "no such file"),
        (Case(status=None, fault="", wall_ns=9 * NS), "init died without a word"),
    ],
)
def test_where_nothing_is_known_of_the_program_it_is_our_fault(case: Case, fault: str) -> None:
    end = case.conclude()

    assert (end.ending, end.fault, end.exit_code, end.signal) == ("", fault, None, None)


def test_what_was_measured_is_told() -> None:
    end = Case(overhead_ns=30 * MS).conclude(("a", "b"))

    assert (end.slot, end.box) == (3, 7)
    assert (end.cpu_ns, end.wall_ns) == (70 * MS, 200 * MS)
    assert (end.memory_bytes, end.processes_peak, end.collected) == (4096, 2, ("a", "b"))


def test_cpu_time_is_never_below_nought() -> None:
    assert Case(cpu_ns=5, overhead_ns=9).conclude().cpu_ns == 0


def test_the_wall_time_of_a_killed_box_lasts_until_the_kill() -> None:
    assert (
        Case(status=None, killed_for="wall_time_limit", wall_ns=5 * NS).conclude().wall_ns == 5 * NS
    )
