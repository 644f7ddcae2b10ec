"""A slot: one cell, its control groups, and at most one box at a time with its three clocks.

A box is made before there is work for it, and used once. Seen from the warden::

    Settled ─▶ next ─▶ Born ─▶ start ─▶ [Workspace] ─▶ Exited ─▶ init dies ─▶ [Collected] ─▶ answer
                 ▲               │                                   ▲  │
                 │               └── a clock, OOM, the server ─▶ kill┘  └─▶ Cleared
                 └──────────────────────────────────────────────────────────────┘

Init's death is that of all in the box: the kernel has reaped its PID namespace by then.

Whenever the cell dies, lies or does not answer in time: clear the groups, then a new cell.
What a box ended as is decided in ``conclusion``; nothing the program wrote has any part in it.
"""

from __future__ import annotations

import contextlib
import errno
import functools
import os
import signal
import socket
import time
from collections.abc import Callable, Sequence

from stockade.sandbox.cells.warden import identity
from stockade.sandbox.cells.warden.conclusion import Box, conclude, until_next_look
from stockade.sandbox.cells.warden.groups import SlotGroup
from stockade.sandbox.cells.warden.held_cell import HeldCell, close_all
from stockade.sandbox.cells.warden.messages import (
    Born,
    Cleared,
    Collect,
    Collected,
    Ended,
    Exited,
    Fault,
    Next,
    Packet,
    Settled,
    Start,
    Workspace,
    has_sane_limits,
    receive,
    send,
    send_begin,
)
from stockade.sandbox.cells.warden.watch import Watch

_NS = 1_000_000_000
# Opening a few files takes microseconds; a machine that needs this long is broken.
_COLLECT_S = 10.0
# Making a box takes a millisecond, and tearing down the last a few; this is broken.
_BIRTH_S = 10.0
# From the kill to the last exit; gigabytes have to be given back in it.
_DEATH_S = 10.0
_BETWEEN_SWEEPS_S = 0.002
_BETWEEN_KILLS_S = 0.01
# For memory of a dead box to be given back.
_PATIENCE_S = 0.03
_BETWEEN_BIRTHS_S = 1.0
# What furnishing takes is not the program's: CPU time is looked at with this much patience, wall
# time with more. The exact figures are known, and judged by, in the end.
_CPU_PATIENCE_NS = 5_000_000
_WALL_PATIENCE_S = 0.02
_NEVER = float("inf")


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
        self._cell: HeldCell | None = None
        self._lost_pid = 0
        self._box: Box | None = None
        self._held: Packet | None = None
        self._held_until = _NEVER
        self._tidy_at = _NEVER
        self._next_birth = 0.0
        self.features: list[str] = []
        self.problem = ""
        if group.oom_event is not None:
            watch.add(group.oom_event, self._on_oom)
        self._bear_cell()

    @property
    def is_settled(self) -> bool:
        """Whether the cell has moved into its root and takes boxes."""
        return self._cell is not None and self._cell.is_settled

    # -- what the server asks ------------------------------------------------------------------

    def start(self, packet: Packet) -> None:
        """Have a box run a ``Start``; where none waits yet, it is held until one does."""
        assert isinstance(packet.message, Start)
        # The server gives no slot out twice. If it seems to, it had asked a warden before us for
        # what is there, and has given it up.
        self._forget_held()
        self._kill("cancelled")
        if not has_sane_limits(packet.message):
            self._refuse(packet, "the limits make no sense")
        elif not identity.give_pipes(packet.descriptors[1:], self._number):
            self._refuse(packet, "a stream is not a pipe")
        elif self._cell is None or self._cell.waiting is None or self._box is not None:
            self._held, self._held_until = packet, time.monotonic() + _BIRTH_S
        else:
            self._begin(self._cell, self._cell.waiting, packet)

    def _begin(self, home: HeldCell, pidfd: int, packet: Packet) -> None:
        assert isinstance(packet.message, Start)
        start = packet.message
        home.waiting = None
        now = time.monotonic()
        self._box = Box(start, pidfd, deadline=now + start.wall_time_s + _WALL_PATIENCE_S)
        self._box.next_look = now + until_next_look(start, 0)
        try:
            self._group.open_box(start)
            send_begin(home.boxes, home.turn, packet.descriptors)
        except OSError as error:
            self._lose_cell(f"the box could not be started: {error}")
        finally:
            close_all(packet.descriptors)

    def _forget_held(self) -> None:
        if self._held is not None:
            close_all(self._held.descriptors)
            self._held = None

    def _refuse(self, packet: Packet, fault: str) -> None:
        assert isinstance(packet.message, Start)
        close_all(packet.descriptors)
        self._answer(Ended(slot=self._number, box=packet.message.box, fault=fault), ())

    def kill(self, box: int, why: str) -> None:
        """End the box, if it is still that one and its program still runs."""
        if self._box is not None and self._box.start.box == box:
            self._kill(why)
        elif self._held is not None:
            held = self._held.message
            assert isinstance(held, Start)
            if held.box == box:
                self._forget_held()
                self._answer(Ended(slot=self._number, box=box, ending=why), ())

    def _kill(self, why: str) -> None:
        box = self._box
        if box is None or box.counters or box.killed_for:
            return
        box.killed_for = why
        box.killed_ns = time.monotonic_ns()
        box.deadline = time.monotonic() + _DEATH_S
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(box.pidfd, signal.SIGKILL)
        self._group.lift_cpu_limit()
        self._kill_rest(box)

    def _kill_rest(self, box: Box) -> None:
        # With init everything dies, but only once init gets to run: what spins beside it is killed
        # as well, and again until all are dead.
        assert self._cell is not None
        self._group.kill_box(self._cell.pid)
        box.next_look = time.monotonic() + _BETWEEN_KILLS_S

    # -- what cell and box say -----------------------------------------------------------------

    def _read_cell(self) -> None:
        home = self._cell
        while home is not None and (packet := self._next_packet(home, home.control)):
            self._on_cell_message(home, packet)
            home = self._cell

    def _next_packet(self, home: HeldCell, sock: socket.socket) -> Packet | None:
        """The next message there is; a cell that has hung up is lost."""
        try:
            packet = receive(sock)
        except BlockingIOError:
            return None
        if packet is None:
            self._lose_cell("the cell died")
        return packet

    def _on_cell_message(self, home: HeldCell, packet: Packet) -> None:
        match packet.message:
            case Settled(features=features):
                self.features, self.problem = features, ""
                home.is_settled, home.cleared_at = True, time.monotonic()
                self._have_next(home)
            case Born():
                self._on_born(home, packet.descriptors[0])
                return
            case Cleared():
                home.cleared_at = time.monotonic()
                if self._box is None:
                    self._have_next(home)
            case Collected(names=names):
                self._finish(names, packet.descriptors)
            case Fault(problem=problem):
                self._lose_cell(problem)
        close_all(packet.descriptors)

    def _on_born(self, home: HeldCell, pidfd: int) -> None:
        home.waiting = pidfd
        self._watch.add(pidfd, functools.partial(self._on_dead, home))
        if self._held is not None:
            packet, self._held = self._held, None
            self._begin(home, pidfd, packet)

    def _on_dead(self, home: HeldCell) -> None:
        """Init is dead, and with it every process of its box."""
        box = self._box
        if box is None:
            assert home.waiting is not None
            self._watch.remove(home.waiting)
            self._lose_cell(self._last_words(home) or "a box died before its start")
            return
        self._watch.remove(box.pidfd)
        box.fault = self._last_words(home)
        box.next_look = _NEVER
        if not self._group.is_quiet(unreaped=1):
            self._lose_cell("something of the box survived its init")
            return
        box.counters = self._group.close_box()
        if box.workspace is not None and box.exited and not box.killed_for:
            box.deadline = time.monotonic() + _COLLECT_S
            self._tell(home, Collect(home.turn, box.start.collect), [box.workspace])
        else:
            self._finish([], ())

    def _last_words(self, home: HeldCell) -> str:
        """Take what the box has said before it died; its fault, if it had one to tell."""
        fault = ""
        while packet := self._next_packet(home, home.boxes):
            match packet.message:
                case Workspace() if self._box is not None:
                    self._box.workspace = packet.descriptors[0]
                    continue
                case Exited() if self._box is not None:
                    self._box.exited = packet.message
                case Fault(problem=problem):
                    fault = problem
            close_all(packet.descriptors)
        return fault

    # -- clocks --------------------------------------------------------------------------------

    def next_alarm(self) -> float:
        """When :meth:`on_alarm` wants to be called, on the monotonic clock."""
        if self._cell is None:
            return self._next_birth
        if self._box is None:
            return min(self._tidy_at, self._held_until if self._held else _NEVER)
        return min(self._box.deadline, self._box.next_look)

    def on_alarm(self, now: float) -> None:
        """Look at the clocks."""
        if self._cell is None:
            self._clear_and_bear()
        elif self._box is not None:
            self._look_at(self._box, now)
        elif now >= self._tidy_at:
            self._have_next(self._cell)
        elif now >= self._held_until:
            self._held_until = now + _BIRTH_S
            self._lose_cell("no box was made in time")

    def _look_at(self, box: Box, now: float) -> None:
        if now >= box.next_look and box.killed_for:
            self._kill_rest(box)
        elif now >= box.next_look:
            used_ns = self._group.cpu_ns()
            if used_ns > box.start.cpu_time_s * _NS + _CPU_PATIENCE_NS:
                self._kill("cpu_time_limit")
            else:
                box.next_look = now + until_next_look(box.start, used_ns)
        if now < box.deadline:
            return
        if box.killed_for:
            self._lose_cell("the box did not die in time")
        else:
            self._kill("wall_time_limit")

    def _on_oom(self) -> None:
        # The kernel is about to kill one process of the group; the rest of the box goes with it.
        self._group.forget_oom_events()
        self._kill("memory_limit")

    # -- the end of a box ----------------------------------------------------------------------

    def _finish(self, names: list[str], descriptors: Sequence[int]) -> None:
        box, self._box = self._box, None
        assert box is not None
        counters = box.counters or self._group.close_box()
        self._answer(conclude(box, counters, names), descriptors)
        close_all([box.pidfd] if box.workspace is None else [box.pidfd, box.workspace])
        if self._cell is not None and self._cell.cleared_at is not None:
            self._have_next(self._cell)

    def _have_next(self, home: HeldCell) -> None:
        # Between two boxes only the cell is there, so that this is when counters are put right.
        now = time.monotonic()
        assert home.cleared_at is not None
        try:
            if not self._group.is_quiet():
                raise OSError(errno.EBUSY, "something of a box outlived it")
            if not self._group.has_given_back() and now < home.cleared_at + _PATIENCE_S:
                self._tidy_at = now + _BETWEEN_SWEEPS_S
                return
            self._group.tidy(home.pid)
        except OSError as error:
            self._lose_cell(str(error))
            return
        self._group.forget_oom_events()
        home.cleared_at, self._tidy_at = None, _NEVER
        home.turn += 1
        folder = self._group.birth_folder
        self._tell(home, Next(home.turn), () if folder is None else (folder,))

    def _tell(self, home: HeldCell, message: Next | Collect, descriptors: Sequence[int]) -> None:
        try:
            send(home.control, message, descriptors)
        except OSError:
            self._lose_cell("the cell died")

    # -- the life of a cell --------------------------------------------------------------------

    def _bear_cell(self) -> None:
        self._cell = home = HeldCell.bear(self._number, self._bpf)
        self._watch.add(home.control.fileno(), self._read_cell)
        try:
            self._group.admit(home.pid)
            home.admit()
        except OSError as error:
            self._lose_cell(str(error))

    def _lose_cell(self, problem: str) -> None:
        """The cell is dead or not to be trusted: kill it, clear the groups, then make another."""
        lost, self._cell, self._tidy_at = self._cell, None, _NEVER
        if lost is None:
            return
        self._watch.remove(lost.control.fileno())
        for pidfd in (lost.waiting, self._box.pidfd if self._box else None):
            if pidfd is not None:
                self._watch.remove(pidfd)
        lost.destroy()
        self._lost_pid = lost.pid
        if self._box is not None:
            self._box.fault = self._box.fault or problem
        if not lost.is_settled:
            self.problem = problem
        self._next_birth = time.monotonic()

    def _clear_and_bear(self) -> None:
        if not self._is_cleared():
            self._next_birth = time.monotonic() + _BETWEEN_SWEEPS_S
            return
        if self._box is not None:
            self._finish([], ())
        if self.problem:
            self._give_up_for_now()
        else:
            self._bear_cell()

    def _is_cleared(self) -> bool:
        """Kill what is left of the lost cell; whether nothing is, and the cell is reaped."""
        is_empty = self._group.kill_all()
        if self._lost_pid and os.waitpid(self._lost_pid, os.WNOHANG) != (0, 0):
            self._lost_pid = 0
        return is_empty and not self._lost_pid

    def _give_up_for_now(self) -> None:
        if self._held is not None:
            packet, self._held = self._held, None
            self._refuse(packet, f"no cell could be made: {self.problem}")
        self.problem = ""
        self._next_birth = time.monotonic() + _BETWEEN_BIRTHS_S

    def close(self) -> None:
        """Kill whatever lives here and take the groups away."""
        self._lose_cell("the warden is closing")
        deadline = time.monotonic() + _DEATH_S
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError):  # EBUSY for some milliseconds after the last exit
                if self._is_cleared():
                    self._group.remove()
                    break
            time.sleep(_BETWEEN_SWEEPS_S)
