"""What server, warden, cell and init say to each other: one JSON datagram a message.

Descriptors travel beside it.
The sockets are ``SOCK_SEQPACKET``: a message arrives whole or not at all, and a closed end is seen
at once. Nothing a program printed or wrote ever travels here.
"""

from __future__ import annotations

import array
import json
import os
import socket
from collections.abc import Sequence
from typing import NamedTuple

_MOST_BYTES = 64 * 1024
_ANCILLARY_BYTES = socket.CMSG_SPACE(64 * array.array("i").itemsize)
_MOST = 2**53
_CLOSE_ON_EXEC = socket.MSG_CMSG_CLOEXEC


class Ready(NamedTuple):
    """Warden to server: cells are being made, this is what they enforce."""

    enforced: list[str]
    missing: list[str]


class Refused(NamedTuple):
    """Warden to server: no box can be made on this host, and why; the warden ends."""

    problem: str


class Start(NamedTuple):
    """Server to warden: run this in the slot. Times in seconds, sizes in bytes.

    Beside it: the bundle, and what will be the program's stdin, stdout and stderr. The warden hands
    these on to the box that waits (:func:`send_begin`).
    """

    slot: int
    box: int
    cpu_time_s: float
    wall_time_s: float
    memory_bytes: int
    processes: int
    cpus: float
    collect: list[str]


class Kill(NamedTuple):
    """Server to warden: end this box now; ``why`` is the ending it then has."""

    slot: int
    box: int
    why: str


class Ended(NamedTuple):
    """Warden to server: the box is dead and empty, and this was measured.

    ``fault`` is set where it was ours, and nothing else counts then. Beside it: one descriptor for
    each name in ``collected``.
    """

    slot: int
    box: int
    fault: str = ""
    ending: str = ""
    exit_code: int | None = None
    signal: int | None = None
    cpu_ns: int = 0
    wall_ns: int = 0
    memory_bytes: int = 0
    processes_peak: int = 0
    collected: Sequence[str] = ()


class Settled(NamedTuple):
    """Cell to warden: it lives in its root. ``features`` are the host's gifts that it found."""

    features: list[str]


class Next(NamedTuple):
    """Warden to cell: make the box ``turn``, counted from 1, and let it wait for its start."""

    turn: int


class Born(NamedTuple):
    """Cell to warden: the box waits. Beside it: init's pidfd."""

    turn: int


class Workspace(NamedTuple):
    """Box to warden: beside it, the workspace's root, from before the program started."""

    turn: int


class Exited(NamedTuple):
    """Init to warden: the program is dead. ``status`` is its wait status.

    Times are CLOCK_MONOTONIC; ``overhead_ns`` is the CPU time that was ours, not the program's.
    """

    turn: int
    status: int
    started_ns: int
    ended_ns: int
    overhead_ns: int


class Fault(NamedTuple):
    """Box to warden: it could not be furnished, or the program not be started.

    From the cell itself, as turn 0: it could not settle.
    """

    turn: int
    problem: str


class Cleared(NamedTuple):
    """Cell to warden: the box is reaped and unmounted; nothing of it is left."""

    turn: int


class Collect(NamedTuple):
    """Warden to cell: open these files of the workspace (beside it) that are regular files."""

    turn: int
    names: list[str]


class Collected(NamedTuple):
    """Cell to warden: the names that could be opened; beside it, their descriptors in order."""

    turn: int
    names: list[str]


_ALL = (
    Ready,
    Refused,
    Start,
    Kill,
    Ended,
    Settled,
    Next,
    Born,
    Workspace,
    Exited,
    Fault,
    Cleared,
    Collect,
    Collected,
)
Message = (
    Ready
    | Refused
    | Start
    | Kill
    | Ended
    | Settled
    | Next
    | Born
    | Workspace
    | Exited
    | Fault
    | Cleared
    | Collect
    | Collected
)
_KINDS: dict[str, type[Message]] = {kind.__name__: kind for kind in _ALL}
# A cell says and hears these for every box. They are formatted and read without the codec: a cell
# shares its pages with the box it has just forked, and each that it touches is copied.
_SHORT: dict[type[Next | Born | Cleared], bytes] = {
    Next: b'["Next", ',
    Born: b'["Born", ',
    Cleared: b'["Cleared", ',
}


class Packet(NamedTuple):
    """A message with the descriptors that came beside it; whoever takes them closes them."""

    message: Message
    descriptors: tuple[int, ...] = ()


def send(sock: socket.socket, message: Message, descriptors: Sequence[int] = ()) -> None:
    """Send a message. Raises ``OSError``: the other end is gone, or does not read."""
    data = _encode(message)
    rights = array.array("i", descriptors)
    ancillary = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, rights)] if descriptors else []
    sock.sendmsg([data], ancillary)


def has_sane_limits(start: Start) -> bool:
    """Whether these are numbers that clocks and counters can be held against.

    The server has checked them; a server that was taken over has not.
    """
    limits = (
        start.cpu_time_s,
        start.wall_time_s,
        start.memory_bytes,
        start.processes,
        start.cpus,
    )
    # Put this way round, NaN makes no sense either.
    return all(isinstance(limit, int | float) and 0 < limit < _MOST for limit in limits)


def _encode(message: Message) -> bytes:
    if isinstance(message, Next | Born | Cleared):
        return b"%b%d]" % (_SHORT[type(message)], message.turn)
    return json.dumps((type(message).__name__, *message)).encode()


def _decode(data: bytes) -> Message:
    for kind, prefix in _SHORT.items():
        if data.startswith(prefix):
            return kind(int(data[len(prefix) : -1]))
    name, *values = json.loads(data)
    return _KINDS[name](*values)


def receive(sock: socket.socket) -> Packet | None:
    """The next message, or None when the other end is gone. Raises ``BlockingIOError``."""
    # Close-on-exec from the first moment: a program must never inherit one of these.
    try:
        data, ancillary, _, _ = sock.recvmsg(_MOST_BYTES, _ANCILLARY_BYTES, _CLOSE_ON_EXEC)
    except ConnectionResetError:
        return None
    if not data:
        return None
    descriptors = array.array("i")
    for _level, _kind, rights in ancillary:
        descriptors.frombytes(rights)
    return Packet(_decode(data), tuple(descriptors))


# A box compares and formats its two messages as bytes: the code of a codec would be dozens of pages
# to copy in every one of them.


def send_begin(sock: socket.socket, turn: int, descriptors: Sequence[int]) -> None:
    """Warden to box: this is your job. Raises ``OSError``."""
    rights = array.array("i", descriptors)
    sock.sendmsg([_begin(turn)], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, rights)])


def receive_begin(sock: socket.socket, turn: int) -> tuple[int, ...]:
    """The descriptors of the job for the box ``turn``. Raises ``ConnectionError`` without one."""
    expected = _begin(turn)
    while True:
        data, ancillary, _, _ = sock.recvmsg(_MOST_BYTES, _ANCILLARY_BYTES, _CLOSE_ON_EXEC)
        descriptors = array.array("i", ancillary[0][2] if ancillary else b"")
        if data == expected:
            return tuple(descriptors)
        if not data:
            raise ConnectionError("nobody is left to begin for")
        # Meant for a box that was killed before it could read this.
        for descriptor in descriptors:
            os.close(descriptor)


def _begin(turn: int) -> bytes:
    return b'["Begin", %d]' % turn


def hand_over(sock: socket.socket, descriptor: int) -> None:
    """Send a descriptor, and nothing else. Raises ``OSError``."""
    rights = array.array("i", (descriptor,))
    sock.sendmsg([b"."], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, rights)])


def take_over(sock: socket.socket) -> int | None:
    """The descriptor that was handed over, or None where there is none."""
    try:
        _, ancillary, _, _ = sock.recvmsg(1, _ANCILLARY_BYTES, _CLOSE_ON_EXEC)
    except BlockingIOError:
        return None
    return array.array("i", ancillary[0][2])[0]


def send_exited(sock: socket.socket, fields: tuple[int, int, int, int, int]) -> None:
    """Init to warden: an ``Exited`` with these fields. Raises ``OSError``."""
    sock.send(b'["Exited", %d, %d, %d, %d, %d]' % fields)
