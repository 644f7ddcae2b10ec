"""A slot's control groups on a host of cgroup v2.

The cell lives in a leaf of its own; every box is born (``CLONE_INTO_CGROUP``) into a fresh leaf
beside it, so that no counter has to be reset and nothing is ever moved. The next leaf is made while
nobody waits.
"""

from __future__ import annotations

import os

from stockade.sandbox.cells.warden.counters import (
    ControlFile,
    Counters,
    flat_value,
    kill_all,
)
from stockade.sandbox.cells.warden.files import read_text, write_text
from stockade.sandbox.cells.warden.identity import host_id
from stockade.sandbox.cells.warden.messages import Start

CONTROLLERS = ("memory", "cpu", "pids")
# Init, which is in the leaf beside the program.
_OURS = 1
_PERIOD_US = 100_000
_NS_A_US = 1000


class SlotGroupV2:
    """One slot's groups: ``slot-N/cell``, and ``slot-N/box-K`` for each box.

    ``tidy``, then ``open_box`` to ``close_box``, and again.
    """

    # v2 ends the whole box by itself (memory.oom.group), so nothing has to wake the warden.
    oom_event: int | None = None

    def __init__(self, parent: str, slot: int) -> None:
        self._path = f"{parent}/slot-{slot}"
        os.makedirs(self._path, exist_ok=True)
        enable_controllers(self._path)
        os.makedirs(f"{self._path}/cell", exist_ok=True)
        # CLONE_INTO_CGROUP asks for the right to write the common ancestor's cgroup.procs and the
        # leaf's: exactly these two are given to the cell; no limit and no counter is.
        self._owner = host_id(slot, 0)
        os.chown(f"{self._path}/cgroup.procs", self._owner, self._owner)
        self._turn = 0
        self._cpu_before = 0
        self._make_leaf()

    def _make_leaf(self) -> None:
        self._turn += 1
        self._leaf = f"{self._path}/box-{self._turn}"
        os.mkdir(self._leaf)
        os.chown(f"{self._leaf}/cgroup.procs", self._owner, self._owner)
        self._write("memory.oom.group", 1)
        if os.path.exists(f"{self._leaf}/memory.swap.max"):
            self._write("memory.swap.max", 0)
        self._cpu = ControlFile(f"{self._leaf}/cpu.stat")
        self._folder = os.open(self._leaf, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)

    def _write(self, name: str, value: int | str) -> None:
        write_text(f"{self._leaf}/{name}", str(value))

    def _read(self, name: str) -> str:
        return read_text(f"{self._leaf}/{name}")

    def admit(self, cell: int) -> None:
        """Put a cell into its leaf."""
        write_text(f"{self._path}/cell/cgroup.procs", str(cell))

    @property
    def birth_folder(self) -> int:
        """The descriptor of the leaf that the next box is to be born into."""
        return self._folder

    def open_box(self, start: Start) -> None:
        """Set a box's limits and begin its count."""
        self._write("memory.max", start.memory_bytes)
        self._write("pids.max", start.processes + _OURS)
        self._write("cpu.max", f"{int(start.cpus * _PERIOD_US)} {_PERIOD_US}")
        self._cpu_before = 0
        self._cpu_before = self.cpu_ns()

    def cpu_ns(self) -> int:
        """CPU time since the box was opened."""
        return flat_value(self._cpu.read(), "usage_usec") * _NS_A_US - self._cpu_before

    def was_oom_killed(self) -> bool:
        """Whether the kernel has killed for want of memory since the box was opened."""
        return flat_value(self._read("memory.events"), "oom_kill") > 0

    def lift_cpu_limit(self) -> None:
        """Let the dying run free: a throttled process cannot even die."""
        self._write("cpu.max", f"max {_PERIOD_US}")

    def is_quiet(self, *, unreaped: int = 0) -> bool:
        """Whether nothing is left of the box."""
        return flat_value(self._read("cgroup.events"), "populated") == 0

    def close_box(self) -> Counters:
        """The counts of the box that has just died."""
        peak = f"{self._leaf}/pids.peak"
        return Counters(
            cpu_ns=self.cpu_ns(),
            memory_bytes=int(self._read("memory.peak")),
            processes_peak=max(1, int(read_text(peak)) - _OURS) if os.path.exists(peak) else 1,
            oom_killed=self.was_oom_killed(),
        )

    def forget_oom_events(self) -> None:
        """The kernel tells none."""

    def has_given_back(self) -> bool:
        """Every leaf is counted by itself: there is nothing to wait for."""
        return True

    def tidy(self, _cell: int, /) -> None:
        """Between two boxes: drop the dead leaf and make the next."""
        self._drop_leaf()
        self._make_leaf()

    def _drop_leaf(self) -> None:
        os.close(self._folder)
        self._cpu.close()
        os.rmdir(self._leaf)

    def kill_box(self, _cell: int) -> None:
        """Kill everything in the box's leaf."""
        kill_all(self._leaf)

    def kill_all(self) -> bool:
        """Kill everything in the groups, the cell included; whether they were empty."""
        kill = f"{self._path}/cgroup.kill"
        if os.path.exists(kill):
            write_text(kill, "1")
        return all([kill_all(path) for path in (self._leaf, f"{self._path}/cell")])

    def remove(self) -> None:
        """Take the groups away; they are empty by now. Raises ``OSError`` where they are not."""
        self._drop_leaf()
        os.rmdir(f"{self._path}/cell")
        os.rmdir(self._path)


def enable_controllers(group: str) -> None:
    """Let the children of a group be limited. Raises ``OSError`` where the host does not allow."""
    wanted = " ".join(f"+{name}" for name in CONTROLLERS)
    write_text(f"{group}/cgroup.subtree_control", wanted)
