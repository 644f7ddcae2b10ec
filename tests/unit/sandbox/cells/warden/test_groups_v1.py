"""A slot's groups on cgroup v1, on the real thing."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from stockade.sandbox.cells.warden.groups import Groups, claim_groups
from stockade.sandbox.cells.warden.groups_v1 import SlotGroupV1
from stockade.sandbox.cells.warden.messages import Start

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can make control groups")

MiB = 1 << 20
START = Start(
    slot=0,
    box=1,
    cpu_time_s=1.0,
    wall_time_s=5.0,
    memory_bytes=64 * MiB,
    processes=4,
    cpus=2.0,
    collect=[],
)
# Says that it is there, then does each line it reads, and says when it is done.
CELL = """
import os, sys, time
print("here", flush=True)
for line in sys.stdin:
    exec(line)
    print("done", flush=True)
"""
# The child is the one to be taken, as a program is.
HOARDING_CHILD = """
child = os.fork()
if child == 0:
    open('/proc/self/oom_score_adj', 'w').write('1000')
    bytearray(64 << 20)
"""


class Cell:
    """A process in a slot's groups that does as it is told."""

    def __init__(self, group: SlotGroupV1) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", CELL], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._hear()
        self.pid = self._process.pid
        group.admit(self.pid)

    def do(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        self._hear()

    def _hear(self) -> None:
        assert self._process.stdout is not None
        self._process.stdout.readline()

    def end(self) -> int:
        self._process.kill()
        for stream in (self._process.stdin, self._process.stdout):
            assert stream is not None
            stream.close()
        return self._process.wait(30)


@pytest.fixture
def groups() -> Iterator[Groups]:
    claimed = claim_groups(1)
    if claimed.version != 1:
        claimed.remove()
        pytest.skip("the host has cgroup v2")
    yield claimed
    claimed.remove()


@pytest.fixture
def group(groups: Groups) -> SlotGroupV1:
    slot = groups.slot(0)
    assert isinstance(slot, SlotGroupV1)
    return slot


@pytest.fixture
def cell(group: SlotGroupV1) -> Iterator[Cell]:
    admitted = Cell(group)
    group.tidy(admitted.pid)
    yield admitted
    admitted.end()
    until(group.kill_all)


def until(is_so: Callable[[], bool]) -> None:
    """Wait for what the kernel does in its own time."""
    deadline = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.001)


def file(groups: Groups, controller: str, name: str) -> str:
    folder = Path(groups.parents[controller]) / "slot-0"
    if controller == "pids":  # the one that is renewed lies a level below
        folder /= "cell"
    return (folder / name).read_text().strip()


def test_a_cell_is_in_the_group_of_every_controller(groups: Groups, cell: Cell) -> None:
    for controller in groups.parents:
        assert file(groups, controller, "cgroup.procs") == str(cell.pid)


def test_limits_are_those_of_the_box(groups: Groups, group: SlotGroupV1, cell: Cell) -> None:
    group.open_box(START._replace(cpus=0.5))

    assert file(groups, "cpu", "cpu.cfs_quota_us") == "50000"
    assert file(groups, "memory", "memory.swappiness") == "0"
    # Beside the program there are the cell and init.
    assert file(groups, "pids", "pids.max") == "6"
    limit = int(file(groups, "memory", "memory.limit_in_bytes"))
    assert (
        64 * MiB <= limit <= 64 * MiB + int(file(groups, "memory", "memory.usage_in_bytes")) + MiB
    )
    assert cell.pid


@pytest.mark.parametrize("first", [16, 256])
def test_a_memory_limit_may_go_up_and_down(
    groups: Groups, group: SlotGroupV1, cell: Cell, first: int
) -> None:
    group.open_box(START._replace(memory_bytes=first * MiB))
    group.open_box(START)

    limit = int(file(groups, "memory", "memory.limit_in_bytes"))
    assert 64 * MiB <= limit < 128 * MiB
    assert cell.pid


def test_cpu_time_is_that_of_the_box_alone(group: SlotGroupV1, cell: Cell) -> None:
    spin = "end = time.process_time() + 0.05\nwhile time.process_time() < end: pass"
    cell.do(f"exec({spin!r})")
    group.open_box(START)
    before = group.cpu_ns()

    cell.do(f"exec({spin!r})")

    assert before < 20_000_000
    assert 50_000_000 <= group.close_box().cpu_ns < 500_000_000


def test_memory_is_the_peak_of_the_box_alone(group: SlotGroupV1, cell: Cell) -> None:
    cell.do("hoard = bytearray(20 << 20)")
    cell.do("del hoard")
    group.tidy(cell.pid)
    group.open_box(START)
    cell.do("hoard = bytearray(30 << 20)")

    memory_bytes = group.close_box().memory_bytes

    # A few pages of the first hoard may serve for the second.
    assert 29 * MiB <= memory_bytes < 34 * MiB


def test_the_most_processes_are_counted_without_ours(group: SlotGroupV1, cell: Cell) -> None:
    group.open_box(START)
    for _ in range(3):
        cell.do("os.fork() or time.sleep(300)")
    # The cell and init are ours; here the cell and the first child stand for them.
    assert group.close_box().processes_peak == 2


def test_a_peak_of_processes_is_forgotten(groups: Groups, group: SlotGroupV1, cell: Cell) -> None:
    group.open_box(START)
    cell.do("child = [pid for pid in [os.fork() or time.sleep(300)]]")
    cell.do("more = [pid for pid in [os.fork() or time.sleep(300)]]")
    cell.do("third = [pid for pid in [os.fork() or time.sleep(300)]]")
    cell.do("[(os.kill(pid, 9), os.waitpid(pid, 0)) for pid in child + more + third]")

    group.tidy(cell.pid)

    group.open_box(START)
    assert group.close_box().processes_peak == 1
    assert group.is_quiet()
    for controller in groups.parents:
        assert file(groups, controller, "cgroup.procs") == str(cell.pid)


def test_quiet_is_when_nobody_but_the_cell_is_left(group: SlotGroupV1, cell: Cell) -> None:
    assert group.is_quiet()

    for _ in range(2):
        cell.do("child = os.fork() or time.sleep(300)")
        cell.do("children = [*globals().get('children', []), child]")
    assert not group.is_quiet()

    cell.do("[(os.kill(pid, 9), os.waitpid(pid, 0)) for pid in children]")
    assert group.is_quiet()


def test_want_of_memory_wakes_and_is_told_for_that_box_alone(
    group: SlotGroupV1, cell: Cell
) -> None:
    group.open_box(START._replace(memory_bytes=16 * MiB))
    assert not group.was_oom_killed()
    # The child is the one to be taken, as a program is.
    cell.do(f"exec({HOARDING_CHILD!r})")

    assert group.oom_event is not None
    assert select.select([group.oom_event], [], [], 30)[0]
    until(group.was_oom_killed)
    assert group.close_box().oom_killed
    cell.do("os.waitpid(child, 0)")
    group.tidy(cell.pid)
    group.open_box(START)
    assert not group.was_oom_killed()


def test_the_dying_are_not_throttled(groups: Groups, group: SlotGroupV1, cell: Cell) -> None:
    group.open_box(START._replace(cpus=0.05))

    group.lift_cpu_limit()

    assert file(groups, "cpu", "cpu.cfs_quota_us") == "-1"
    group.open_box(START._replace(cpus=0.05))
    assert file(groups, "cpu", "cpu.cfs_quota_us") == "5000"
    assert cell.pid


def test_killing_takes_all_and_says_when_they_are_gone(group: SlotGroupV1) -> None:
    cell = Cell(group)
    cell.do("os.fork() or time.sleep(300)")

    assert not group.kill_all()

    assert cell.end() == -signal.SIGKILL
    until(group.kill_all)
    group.remove()


def test_groups_in_use_are_not_removed(group: SlotGroupV1, cell: Cell) -> None:
    with pytest.raises(OSError, match="busy"):
        group.remove()
    assert cell.pid
