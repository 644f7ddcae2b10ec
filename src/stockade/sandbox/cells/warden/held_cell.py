"""A cell as the warden holds it: a process, a socket to it, and a socket to its boxes."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
from collections.abc import Iterable

from stockade.sandbox.cells.warden import cell, identity, kernel

# A socket to a cell, and one to its boxes.
Ways = tuple[socket.socket, socket.socket]


class HeldCell:
    """The forker of a slot. Born by :meth:`bear`, let in by :meth:`admit`, ended by ``destroy``."""

    def __init__(self, child: kernel.Child, opener: int, ways: Ways) -> None:
        self.pid = int(child)
        self.control, self.boxes = ways
        self.is_settled = False
        # Since when nothing is left of its last box.
        self.cleared_at: float | None = None
        # Which of its boxes it is at, and the pidfd of the one that waits for its start.
        self.turn = 0
        self.waiting: int | None = None
        self._pidfd = child.pidfd
        self._opener: int | None = opener

    @classmethod
    def bear(cls, slot: int, bpf: bytes) -> HeldCell:
        """Clone a cell into namespaces of its own, where it waits to be let in."""
        (control, its_control), (boxes, its_boxes) = _seqpacket_pair(), _seqpacket_pair()
        pair = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        gate, opener = os.pipe()
        with identity.owning(slot):
            child = kernel.clone(cell.NAMESPACES)
            if child is None:
                # The cell must not hold its own gate open, or it would wait for ever if we died.
                os.close(opener)
                cell.live(cell.Sockets(its_control, its_boxes, *pair), slot, gate, bpf)
            identity.map_ids(child, slot)
        for sock in (its_control, its_boxes, *pair):
            sock.close()
        os.close(gate)
        return cls(child, opener, (control, boxes))

    def admit(self) -> None:
        """Open its gate; it is in its groups by now. Raises ``OSError``."""
        assert self._opener is not None
        os.write(self._opener, b"x")
        self._close_gate()

    def _close_gate(self) -> None:
        if self._opener is not None:
            os.close(self._opener)
            self._opener = None

    def destroy(self) -> None:
        """Kill it and let go of it; whoever does so reaps it."""
        self._close_gate()
        self.control.close()
        self.boxes.close()
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)
        close_all([self._pidfd] if self.waiting is None else [self._pidfd, self.waiting])


def _seqpacket_pair() -> Ways:
    """Our end of a socket, which never blocks, and the other, which does."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ours.settimeout(0)
    return ours, theirs


def close_all(descriptors: Iterable[int]) -> None:
    """Close these descriptors."""
    for descriptor in descriptors:
        os.close(descriptor)
