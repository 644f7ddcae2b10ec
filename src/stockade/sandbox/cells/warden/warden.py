"""The warden: the only privileged process, single-threaded and small.

It makes cells, owns clocks, counters and kills, and replaces cells that die. It holds four
capabilities of host root (to map uids, to give a pipe to its program, to kill) and opens nothing
that a program could have touched. When the server's socket closes, everything below dies with it.
"""

from __future__ import annotations

import select
import socket
import time
from collections.abc import Callable, Sequence

from stockade.sandbox.cells.warden import identity, kernel
from stockade.sandbox.cells.warden.groups import Groups
from stockade.sandbox.cells.warden.held_cell import close_all
from stockade.sandbox.cells.warden.identity import KEEPER_CAPABILITIES, WARDEN_CAPABILITIES
from stockade.sandbox.cells.warden.messages import (
    Ended,
    Kill,
    Packet,
    Ready,
    Refused,
    Start,
    receive,
    send,
)
from stockade.sandbox.cells.warden.seccomp import compile_filter
from stockade.sandbox.cells.warden.slot import Slot
from stockade.sandbox.cells.warden.watch import Watch

_SETTLE_S = 20.0
_MOST_WAIT_S = 60.0

# What every cell enforces, or it would not have settled.
LAYERS = (
    "user_namespace",
    "own_uids",
    "no_capabilities",
    "no_new_privileges",
    "seccomp",
    "socket_families",
    "no_nested_namespaces",
    "network_namespace",
    "pid_namespace",
    "ipc_namespace",
    "uts_namespace",
    "cgroup_namespace",
    "read_only_root",
    "masked_proc",
    "minimal_dev",
    "workspace_limits",
    "memory_limit",
    "process_limit",
    "cpu_limit",
    "resource_limits",
    "clean_descriptors",
)
# What depends on the host: a cell says whether it found it.
OPTIONAL_LAYERS = ("own_inodes", "own_devices")


class Warden:
    """The loop. ``server`` is a SOCK_SEQPACKET socket to the one that asks for boxes."""

    def __init__(self, server: socket.socket, slots: int, groups: Groups) -> None:
        self._server = server
        self._epoll = select.epoll()
        self._calls: dict[int, Callable[[], None]] = {}
        self._is_open = True
        bpf = compile_filter()
        watch = Watch(self._add, self._remove)
        self._slots = [
            Slot(
                number,
                group=groups.slot(number),
                bpf=bpf,
                watch=watch,
                answer=self._answer,
            )
            for number in range(slots)
        ]
        self._add(server.fileno(), self._on_server)

    def _add(self, descriptor: int, call: Callable[[], None]) -> None:
        self._calls[descriptor] = call
        self._epoll.register(descriptor, select.EPOLLIN)

    def _remove(self, descriptor: int) -> None:
        if self._calls.pop(descriptor, None):
            self._epoll.unregister(descriptor)

    def run(self) -> None:
        """Serve until the server goes."""
        try:
            if self._settle():
                self._say_ready()
                while self._is_open:
                    self._turn()
        finally:
            for slot in self._slots:
                slot.close()

    def _settle(self) -> bool:
        deadline = time.monotonic() + _SETTLE_S
        while self._is_open and not all(slot.is_settled for slot in self._slots):
            problem = next((slot.problem for slot in self._slots if slot.problem), "")
            if problem or time.monotonic() > deadline:
                send(self._server, Refused(problem=problem or "cells do not settle in time"))
                return False
            self._turn(most_s=0.1)
        return self._is_open

    def _say_ready(self) -> None:
        found = set.intersection(*(set(slot.features) for slot in self._slots))
        enforced = [*LAYERS, *(layer for layer in OPTIONAL_LAYERS if layer in found)]
        missing = [layer for layer in OPTIONAL_LAYERS if layer not in found]
        send(self._server, Ready(enforced=enforced, missing=missing))

    def _turn(self, most_s: float = _MOST_WAIT_S) -> None:
        alarm = min(slot.next_alarm() for slot in self._slots)
        wait_s = min(most_s, max(0.0, alarm - time.monotonic()))
        for descriptor, _ in self._epoll.poll(wait_s):
            # An earlier call of this very turn may have closed it.
            if call := self._calls.get(descriptor):
                call()
        now = time.monotonic()
        for slot in self._slots:
            if slot.next_alarm() <= now:
                slot.on_alarm(now)

    def _on_server(self) -> None:
        while self._is_open:
            try:
                packet = receive(self._server)
            except BlockingIOError:
                return
            if packet is None:
                self._is_open = False
            else:
                self._on_request(packet)

    def _on_request(self, packet: Packet) -> None:
        match packet.message:
            case Start(slot=number) if number in range(len(self._slots)):
                self._slots[number].start(packet)
            case Kill(slot=number, box=box, why=why) if number in range(len(self._slots)):
                self._slots[number].kill(box, why)
            case _:
                close_all(packet.descriptors)

    def _answer(self, ended: Ended, descriptors: Sequence[int]) -> None:
        try:
            send(self._server, ended, descriptors)
        except OSError:
            # Nobody is left to answer: the next turn reads the same and closes.
            self._is_open = False


def become_keeper() -> None:
    """Give up all of host root's power but the keeper's and the warden's, for good."""
    identity.forget_groups()
    kernel.narrow_capabilities(WARDEN_CAPABILITIES)
    kernel.set_capabilities(KEEPER_CAPABILITIES)
    kernel.forbid_new_privileges()
    kernel.forbid_dumping()


def become_warden() -> None:
    """Give up what the keeper alone needs."""
    kernel.set_capabilities(WARDEN_CAPABILITIES)
