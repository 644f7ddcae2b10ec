"""A slot's control groups on a host of cgroup v1, one in each hierarchy.

Moving a process between groups costs milliseconds at the tail, so nothing is moved for a job: the
cell sits in the slot's groups for good and its children are born there. Counters are taken as
differences, and "empty" means "only the cell".
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping

from stockade.sandbox.cells.warden.counters import (
    ControlFile,
    Counters,
    flat_value,
    kill_all,
)
from stockade.sandbox.cells.warden.files import write_text
from stockade.sandbox.cells.warden.messages import Start

CONTROLLERS = ("memory", "cpu", "cpuacct", "pids")
# The cell and init, which are in the group beside the program.
_OURS = 2
_PERIOD_US = 100_000
_MiB = 1024 * 1024
# Page cache and kernel memory of earlier jobs stay charged; beyond this they are pushed out.
_MOST_LEFT_OVER = 32 * _MiB
# A v1 parent's shares are divided among its children: with so many for each slot, every slot weighs
# like an ordinary process.
SHARES = 1024


class SlotGroupV1:
    """One slot's groups: ``tidy``, then ``open_box`` to ``close_box``, and again."""

    # Boxes are born where the cell is.
    birth_folder: int | None = None

    def __init__(self, parents: Mapping[str, str], slot: int) -> None:
        self._paths = {name: f"{parent}/slot-{slot}" for name, parent in parents.items()}
        self._pids_home = self._paths["pids"]
        self._is_moved_in = False
        self._paths["pids"] += "/cell"
        for path in self._paths.values():
            os.makedirs(path, exist_ok=True)
        memory, cpu, pids = (self._paths[name] for name in ("memory", "cpu", "pids"))
        # Every process of a use_hierarchy-less tree of old would be charged to itself alone; today
        # the kernel has the hierarchy always on. No swap: what does not fit, ends.
        write_text(f"{memory}/memory.swappiness", "0")
        self._usage = ControlFile(f"{memory}/memory.usage_in_bytes")
        self._peak = ControlFile(f"{memory}/memory.max_usage_in_bytes", writable=True)
        self._limit = ControlFile(f"{memory}/memory.limit_in_bytes", writable=True)
        self._swap_limit = self._open_swap_limit(memory)
        self._oom = ControlFile(f"{memory}/memory.oom_control")
        self._cpu = ControlFile(f"{self._paths['cpuacct']}/cpuacct.usage")
        self._quota = ControlFile(f"{cpu}/cpu.cfs_quota_us", writable=True)
        write_text(f"{cpu}/cpu.cfs_period_us", str(_PERIOD_US))
        self._cpus = -1.0
        # As the kernel starts it: as good as none.
        self._memory_limit = 1 << 62
        self._memory_before = 0
        self._memory_bytes = 0
        self._floor = 1 << 62
        self._cpu_before = 0
        self._oom_before = 0
        self._open_pids(pids)
        self.oom_event = self._register_oom_event(memory)

    @staticmethod
    def _open_swap_limit(memory: str) -> ControlFile | None:
        path = f"{memory}/memory.memsw.limit_in_bytes"
        return ControlFile(path, writable=True) if os.path.exists(path) else None

    def _open_pids(self, pids: str) -> None:
        self._pids_max = ControlFile(f"{pids}/pids.max", writable=True)
        self._pids_now = ControlFile(f"{pids}/pids.current")
        peak = f"{pids}/pids.peak"
        self._pids_peak = ControlFile(peak) if os.path.exists(peak) else None
        self._highest_seen = 0
        self._processes = 0

    def _register_oom_event(self, memory: str) -> int:
        event = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)
        write_text(f"{memory}/cgroup.event_control", f"{event} {self._oom.fileno()}")
        return event

    def admit(self, cell: int) -> None:
        """Put a cell into the groups, before it has made anything that counts.

        Where a cell is when it makes its cgroup namespace is the root that programs see. So it
        starts above the group of processes that is renewed, and is moved in when it has settled.
        """
        self._is_moved_in = False
        for path in {**self._paths, "pids": self._pids_home}.values():
            write_text(f"{path}/cgroup.procs", str(cell))

    def open_box(self, start: Start) -> None:
        """Set a box's limits and begin its count."""
        self._begin_memory(start.memory_bytes)
        if start.processes != self._processes:
            self._pids_max.write(start.processes + _OURS)
            self._processes = start.processes
        if start.cpus != self._cpus:
            self._quota.write(int(start.cpus * _PERIOD_US))
            self._cpus = start.cpus
        self._cpu_before = self._cpu.read_int()
        self._oom_before = flat_value(self._oom.read(), "oom_kill")

    def _begin_memory(self, memory_bytes: int) -> None:
        # Whole mebibytes, so that the limit need not be written for every small drift.
        limit = memory_bytes + -(-self._memory_before // _MiB) * _MiB
        if limit != self._memory_limit:
            self._write_memory_limit(limit)
        self._peak.write(0)
        self._memory_bytes = memory_bytes

    def _write_memory_limit(self, limit: int) -> None:
        files = [self._limit] + ([self._swap_limit] if self._swap_limit else [])
        # The limit with swap may never be the lower of the two.
        for file in files if limit < self._memory_limit else reversed(files):
            file.write(limit)
        self._memory_limit = limit

    def cpu_ns(self) -> int:
        """CPU time since the box was opened."""
        self._highest_seen = max(self._highest_seen, self._pids_now.read_int())
        return self._cpu.read_int() - self._cpu_before

    def was_oom_killed(self) -> bool:
        """Whether the kernel has killed for want of memory since the box was opened."""
        return flat_value(self._oom.read(), "oom_kill") > self._oom_before

    def lift_cpu_limit(self) -> None:
        """Let the dying run free: a throttled process cannot even die."""
        self._quota.write(-1)
        self._cpus = -1.0

    def is_quiet(self, *, unreaped: int = 0) -> bool:
        """Whether only the cell is left, and so many dead that it has still to reap."""
        return self._pids_now.read_int() <= 1 + unreaped

    def close_box(self) -> Counters:
        """The counts of the box that has just died."""
        cpu_ns = self.cpu_ns()
        peak = self._pids_peak.read_int() if self._pids_peak else self._highest_seen
        return Counters(
            cpu_ns=cpu_ns,
            # The group's limit lies a little above the box's; nothing of the box was above its own.
            memory_bytes=min(
                self._memory_bytes, max(0, self._peak.read_int() - self._memory_before)
            ),
            processes_peak=max(1, peak - _OURS),
            oom_killed=self.was_oom_killed(),
        )

    def tidy(self, cell: int, /) -> None:
        """Between two boxes, only the cell being there: forget peaks, push out what stayed."""
        self._begin_anew()
        if not self._is_moved_in:
            write_text(f"{self._paths['pids']}/cgroup.procs", str(cell))
            self._is_moved_in = True
        if self._pids_peak and self._pids_peak.read_int() > _OURS + 1:
            self._renew_pids(cell)
        self._highest_seen = 0

    def forget_oom_events(self) -> None:
        """Take in what the kernel has told so far."""
        with contextlib.suppress(BlockingIOError):
            os.eventfd_read(self.oom_event)

    def has_given_back(self) -> bool:
        """Whether no more is charged than after earlier boxes, the cell alone being there.

        The kernel gives back some of a dead box's memory (kernel stacks, shared segments) a little
        later; a box that began before that would be measured wrongly.
        """
        usage = self._usage.read_int()
        self._floor = min(self._floor, usage)
        return usage <= self._floor + _MiB

    def _begin_anew(self) -> None:
        if self._usage.read_int() > _MOST_LEFT_OVER:
            with contextlib.suppress(OSError):  # EBUSY: some of it is in use after all
                write_text(f"{self._paths['memory']}/memory.force_empty", "0")
        # What is still there by now is there to stay.
        self._floor = self._memory_before = self._usage.read_int()

    def _renew_pids(self, cell: int) -> None:
        # pids.peak cannot be reset, so the cell moves into a fresh group; only after jobs that had
        # more than one process, since a move costs up to some milliseconds. The fresh one takes
        # the old one's name: a program sees its group's path below the slot's.
        old = self._paths["pids"]
        fresh = f"{self._pids_home}/fresh"
        os.mkdir(fresh)
        write_text(f"{fresh}/cgroup.procs", str(cell))
        for file in (self._pids_max, self._pids_now, self._pids_peak):
            if file:
                file.close()
        os.rmdir(old)
        os.rename(fresh, old)
        self._open_pids(old)

    def kill_box(self, cell: int) -> None:
        """Kill everything in the groups but the cell."""
        kill_all(self._paths["pids"], spare=cell)

    def kill_all(self) -> bool:
        """Kill everything in the groups, the cell included; whether they were empty."""
        return all([kill_all(path) for path in (*self._paths.values(), self._pids_home)])

    def remove(self) -> None:
        """Take the groups away; they are empty by now. Raises ``OSError`` where they are not."""
        for path in self._paths.values():
            os.rmdir(path)
        os.rmdir(self._pids_home)
