"""A slot: one cell, its control groups, and at most one box at a time with its three clocks.

The state machine of a box, seen from outside::

    start ──▶ Born ──▶ [Workspace] ──▶ Exited ──▶ Gone ──▶ [Collected] ──▶ ended
      │         │                                    ▲
      │         └── a clock, an OOM, the server ──▶ kill (init, and with it the namespace)
      └── the cell dies, or does not answer in time ──▶ clear the groups ──▶ a new cell

What a box ended as is decided here, from its wait status, the group's counters and our own clock.
Nothing the program wrote has any part in it.
"""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import socket
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

from stockade.sandbox.cells.warden import cell, identity, kernel
from stockade.sandbox.cells.warden.counters import Counters
from stockade.sandbox.cells.warden.groups import SlotGroup
from stockade.sandbox.cells.warden.messages import (
    Born,
    Collect,
    Collected,
    Ended,
    Exited,
    Fault,
    Gone,
    Packet,
    Settled,
    Start,
    Workspace,
    receive,
    send,
)

_NS = 1_000_000_000
# Making a box takes a millisecond; a machine that needs this long is broken.
_SETUP_S = 10.0
# From the kill to the last exit; gigabytes have to be given back in it.
_DEATH_S = 10.0
_LONGEST_BETWEEN_LOOKS_S = 0.05
_SHORTEST_BETWEEN_LOOKS_S = 0.001
_BETWEEN_SWEEPS_S = 0.002
_BETWEEN_BIRTHS_S = 1.0
# What cell and init themselves burn before the program starts counts in the group, too.
_SETUP_ALLOWANCE_NS = 5_000_000
_NEVER = float("inf")


class _Cell:
    """The forker of a slot, as the warden holds it."""

    def __init__(self, child: kernel.Child, sock: socket.socket) -> None:
        self.pid = int(child)
        self.pidfd = child.pidfd
        self.sock = sock
        self.is_settled = False


class _Box:
    """What is known of the box under way."""

    def __init__(self, start: Start, deadline: float) -> None:
        self.start = start
        self.deadline = deadline
        self.next_look = _NEVER
        self.pidfd: int | None = None
        self.workspace: int | None = None
        self.killed_for = ""
        self.fault = ""
        self.born_ns = 0
        self.exited: Exited | None = None
        self.gone: Gone | None = None
        self.counters: Counters | None = None


class Watch(NamedTuple):
    """How a slot asks the loop to call it when a descriptor is readable, and to stop."""

    add: Callable[[int, Callable[[], None]], None]
    remove: Callable[[int], None]


class Slot:
    """See the module. ``answer`` takes a message, and descriptors, for the server."""

    def __init__(
        self,
        number: int,
        *,
        group: SlotGroup,
        bpf: bytes,
        watch: Watch,
        answer: Callable[[Ended, Sequence[int]], None],
    ) -> None:
        self._number = number
        self._group = group
        self._bpf = bpf
        self._watch = watch
        self._answer = answer
        self._cell: _Cell | None = None
        self._box: _Box | None = None
        self._held: Packet | None = None
        self._next_birth = 0.0
        self._features: list[str] = []
        self.problem = ""
        if group.oom_event is not None:
            watch.add(group.oom_event, self._on_oom)
        self._bear_cell()

    @property
    def is_settled(self) -> bool:
        """Whether the cell has moved into its root and takes boxes."""
        return self._cell is not None and self._cell.is_settled

    @property
    def features(self) -> list[str]:
        """The layers that depend on the host and that the cell found."""
        return self._features

    # -- what the server asks ------------------------------------------------------------------

    def start(self, packet: Packet) -> None:
        """Make a box of a ``Start``; while a cell is being replaced it is held until then."""
        assert isinstance(packet.message, Start)
        if self._box is not None or self._held is not None:
            self._refuse(packet, "the slot already has a box")
        elif not self.is_settled:
            self._held = packet
        else:
            self._begin(packet)

    def _begin(self, packet: Packet) -> None:
        start = packet.message
        assert isinstance(start, Start)
        assert self._cell is not None
        self._box = _Box(start, deadline=time.monotonic() + _SETUP_S)
        try:
            for stream in packet.descriptors[1:]:
                # So that a program may open /dev/stdin and the like again by name.
                owner = identity.host_id(self._number, identity.PROGRAM_OFFSET)
                os.fchown(stream, owner, owner)
            folder = self._group.open_box(start)
            folders = () if folder is None else (folder,)
            send(self._cell.sock, start, (*packet.descriptors, *folders))
        except OSError as error:
            self._lose_cell(f"the box could not be started: {error}")
        finally:
            _close_all(packet.descriptors)

    def _refuse(self, packet: Packet, fault: str) -> None:
        start = packet.message
        assert isinstance(start, Start)
        _close_all(packet.descriptors)
        self._answer(Ended(slot=self._number, box=start.box, fault=fault, collected=[]), ())

    def kill(self, box: int, why: str) -> None:
        """End the box, if it is still that one and its program still runs."""
        if self._box is not None and self._box.start.box == box:
            self._kill(why)

    def _kill(self, why: str) -> None:
        box = self._box
        if box is None or box.exited or box.killed_for:
            return
        box.killed_for = why
        if box.pidfd is not None:
            self._execute_kill(box.pidfd)

    def _execute_kill(self, pidfd: int) -> None:
        assert self._box is not None
        self._box.deadline = time.monotonic() + _DEATH_S
        self._box.next_look = _NEVER
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(pidfd, signal.SIGKILL)
        self._group.lift_cpu_limit()

    # -- what cell and init say ----------------------------------------------------------------

    def _on_readable(self) -> None:
        while self._cell is not None:
            try:
                packet = receive(self._cell.sock)
            except BlockingIOError:
                return
            if packet is None:
                self._lose_cell("the cell died")
            else:
                self._on_message(packet)

    def _on_message(self, packet: Packet) -> None:
        message = packet.message
        if isinstance(message, Settled):
            self._settle(message)
        elif isinstance(message, Fault) and (self._box is None or message.box == 0):
            self._lose_cell(message.problem)
        elif self._box is None or message.box != self._box.start.box:  # type: ignore[union-attr]
            _close_all(packet.descriptors)
        else:
            self._on_box_message(self._box, packet)

    def _on_box_message(self, box: _Box, packet: Packet) -> None:
        match packet.message:
            case Born():
                self._on_born(box, packet.descriptors[0])
            case Workspace():
                box.workspace = packet.descriptors[0]
            case Exited():
                box.exited = packet.message
                box.deadline = time.monotonic() + _DEATH_S
            case Fault():
                box.fault = box.fault or packet.message.problem
            case Gone():
                self._on_gone(box, packet.message)
            case Collected():
                self._finish(packet.message.names, packet.descriptors)
                _close_all(packet.descriptors)
            case _:
                _close_all(packet.descriptors)

    def _on_born(self, box: _Box, pidfd: int) -> None:
        now = time.monotonic()
        box.pidfd = pidfd
        box.born_ns = time.monotonic_ns()
        if box.killed_for:  # it was cancelled before there was anything to kill
            self._execute_kill(pidfd)
            return
        box.deadline = now + box.start.wall_time_s
        box.next_look = now + _until_next_look(box.start, 0)

    def _on_gone(self, box: _Box, gone: Gone) -> None:
        assert self._cell is not None
        box.gone = gone
        box.next_look = _NEVER
        if not self._group.is_quiet():
            self._lose_cell("something of the box survived its init")
            return
        box.counters = self._group.close_box()
        if box.workspace is not None and box.exited and not box.killed_for:
            box.deadline = time.monotonic() + _SETUP_S
            wanted = Collect(box=box.start.box, names=box.start.collect)
            send(self._cell.sock, wanted, [box.workspace])
        else:
            self._finish([], ())

    # -- clocks --------------------------------------------------------------------------------

    def next_alarm(self) -> float:
        """When :meth:`on_alarm` wants to be called, on the monotonic clock."""
        if self._cell is None:
            return self._next_birth
        if self._box is None:
            return _NEVER
        return min(self._box.deadline, self._box.next_look)

    def on_alarm(self, now: float) -> None:
        """Look at the clocks."""
        if self._cell is None:
            if now >= self._next_birth:
                self._clear_and_bear()
        elif self._box is not None:
            self._look_at(self._box, now)

    def _look_at(self, box: _Box, now: float) -> None:
        if now >= box.next_look:
            self._look_at_cpu(box, now)
        if now < box.deadline:
            return
        if box.pidfd is None or box.killed_for or box.exited:
            self._lose_cell("the box did not answer in time")
        else:
            self._kill("wall_time_limit")

    def _look_at_cpu(self, box: _Box, now: float) -> None:
        used_ns = self._group.cpu_ns()
        if used_ns > box.start.cpu_time_s * _NS + _SETUP_ALLOWANCE_NS:
            self._kill("cpu_time_limit")
        else:
            box.next_look = now + _until_next_look(box.start, used_ns)

    def _on_oom(self) -> None:
        assert self._group.oom_event is not None
        os.eventfd_read(self._group.oom_event)
        # The kernel has killed one process of the group; the rest of the box goes with it. An
        # event that comes late, after its box, finds nobody (the new box's count starts at zero).
        if self._box is not None and self._group.was_oom_killed():
            self._kill("memory_limit")

    # -- the end of a box ----------------------------------------------------------------------

    def _finish(self, names: list[str], descriptors: Sequence[int]) -> None:
        box = self._box
        assert box is not None
        self._box = None
        if box.counters is None:
            box.counters = self._group.close_box()
        self._answer(conclude(box, self._group.counts_cell, names), descriptors)
        _close_all([each for each in (box.pidfd, box.workspace) if each is not None])
        if self._cell is not None:
            self._group.tidy(self._cell.pid)

    # -- the life of a cell --------------------------------------------------------------------

    def _bear_cell(self) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        gate, opener = os.pipe()
        child = kernel.clone(cell.NAMESPACES)
        if child is None:
            cell.live(theirs, gate, self._bpf)
        try:
            self._group.admit(child)
            identity.map_ids(child, self._number)
            os.write(opener, b"x")
        finally:
            theirs.close()
            _close_all((gate, opener))
        ours.settimeout(0)
        self._cell = _Cell(child, ours)
        self._watch.add(ours.fileno(), self._on_readable)

    def _settle(self, settled: Settled) -> None:
        assert self._cell is not None
        self._cell.is_settled = True
        self._features = settled.features
        self.problem = ""
        self._group.tidy(self._cell.pid)
        if self._held is not None:
            packet, self._held = self._held, None
            self._begin(packet)

    def _lose_cell(self, problem: str) -> None:
        """The cell is dead or not to be trusted: kill it, clear the groups, then make another."""
        lost = self._cell
        if lost is None:
            return
        self._cell = None
        self._watch.remove(lost.sock.fileno())
        lost.sock.close()
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(lost.pidfd, signal.SIGKILL)
        os.close(lost.pidfd)
        self._lost_pid = lost.pid
        if self._box is not None:
            self._box.fault = self._box.fault or problem
        if not lost.is_settled:
            self.problem = problem
        self._next_birth = time.monotonic()

    def _clear_and_bear(self) -> None:
        is_empty = self._group.kill_all()
        with contextlib.suppress(ChildProcessError):
            reaped, _ = os.waitpid(self._lost_pid, os.WNOHANG)
            is_empty = is_empty and reaped == self._lost_pid
        if not is_empty:
            self._next_birth = time.monotonic() + _BETWEEN_SWEEPS_S
            return
        if self._box is not None:
            self._finish([], ())
        if self.problem:
            self._give_up_on_held()
            self._next_birth = time.monotonic() + _BETWEEN_BIRTHS_S
            self.problem = ""
            return
        self._bear_cell()

    def _give_up_on_held(self) -> None:
        if self._held is not None:
            packet, self._held = self._held, None
            self._refuse(packet, f"no cell could be made: {self.problem}")

    def close(self) -> None:
        """Kill whatever lives here and take the groups away."""
        self._lose_cell("the warden is closing")
        deadline = time.monotonic() + _DEATH_S
        while not self._group.kill_all() and time.monotonic() < deadline:
            time.sleep(_BETWEEN_SWEEPS_S)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self._lost_pid, 0)
        while time.monotonic() < deadline:
            try:
                self._group.remove()
            except OSError as error:
                if error.errno != errno.EBUSY:
                    raise
                time.sleep(_BETWEEN_SWEEPS_S)
            else:
                return


def _until_next_look(start: Start, used_ns: int) -> float:
    """Seconds until the CPU time could be used up at the earliest, within reason."""
    left_s = start.cpu_time_s - used_ns / _NS
    soonest = left_s / max(1.0, start.cpus)
    return min(_LONGEST_BETWEEN_LOOKS_S, max(_SHORTEST_BETWEEN_LOOKS_S, soonest))


def conclude(box: _Box, counts_cell: bool, names: list[str]) -> Ended:  # noqa: FBT001 - one caller
    """What a dead box ended as."""
    counters = box.counters
    assert counters is not None
    overhead_ns = box.exited.overhead_ns if box.exited else 0
    if counts_cell and box.gone:
        overhead_ns += box.gone.overhead_ns
    cpu_ns = max(0, counters.cpu_ns - overhead_ns)
    ending = _ending(box, counters, cpu_ns)
    status = box.exited.status if box.exited else 0
    return Ended(
        slot=box.start.slot,
        box=box.start.box,
        fault="" if ending else box.fault or "init died without a word",
        ending=ending,
        exit_code=os.WEXITSTATUS(status) if ending == "exited" else None,
        signal=os.WTERMSIG(status) if ending == "signalled" else None,
        cpu_ns=cpu_ns,
        wall_ns=_wall_ns(box),
        memory_bytes=counters.memory_bytes,
        processes_peak=counters.processes_peak,
        collected=names,
    )


def _ending(box: _Box, counters: Counters, cpu_ns: int) -> str:
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
    return "signalled" if os.WIFSIGNALED(box.exited.status) else "exited"


def _wall_ns(box: _Box) -> int:
    if box.exited:
        return box.exited.ended_ns - box.exited.started_ns
    return time.monotonic_ns() - box.born_ns if box.born_ns else 0


def _close_all(descriptors: Sequence[int]) -> None:
    for descriptor in descriptors:
        os.close(descriptor)
