"""Whom one meets: processes, machines, and what others of the host have left in memory.

Standard input names the namespaces of the server, one a line, as ``/proc/self/ns`` shows them.
"""

from __future__ import annotations

import ctypes
import os
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path

_PROC = Path("/proc")
_OUTSIDE = (
    (socket.AF_INET, "192.0.2.1"),
    (socket.AF_INET, "169.254.169.254"),
    (socket.AF_INET6, "2001:db8::1"),
)
_DISCARD_PORT = 9
# What a box starts out with are two processes; on a host this range is well filled.
_FIRST_PIDS = range(1, 500)
# SHM_INFO and MSG_INFO: the number of those that exist is the first int of the answer.
_SYSV = {"shmctl": ("shared memory segments", 14), "msgctl": ("message queues", 12)}
_INFO_BYTES = 256
_FIELDS_WITHOUT_NAME = 7
_WARDENS_GROUP = "stockade-"
_LONGEST_MOMENT_S = 1.0
_BETWEEN_LOOKS_S = 0.01


def _shared(kind: str) -> Iterator[str]:
    if str((_PROC / "self/ns" / kind).readlink()) in sys.stdin.read().split():
        yield f"it is in the server's own {kind} namespace"


def network() -> Iterator[str]:
    """There is no interface but loopback, no way to anywhere, and nobody else's socket."""
    yield from _shared("net")
    for line in (_PROC / "self/net/dev").read_text().splitlines()[2:]:
        name = line.partition(":")[0].strip()
        if name != "lo":
            yield f"there is an interface {name}"
    for family, address in _OUTSIDE:
        if _has_route(family, address):
            yield f"there is a way to {address}"
    for line in (_PROC / "self/net/unix").read_text().splitlines()[1:]:
        # Only those that have a name can be connected to.
        if len(line.split()) > _FIELDS_WITHOUT_NAME:
            yield f"there is a local socket of others: {line.split()[-1]}"


def _has_route(family: int, address: str) -> bool:
    # Connecting a datagram socket sends nothing: it only looks for the way.
    with socket.socket(family, socket.SOCK_DGRAM) as sock:
        try:
            sock.connect((address, _DISCARD_PORT))
        except OSError:
            return False
    return True


def processes() -> Iterator[str]:
    """The only processes there are, are init and this one."""
    yield from _shared("pid")
    others = [pid for pid in _FIRST_PIDS if pid not in (1, os.getpid()) and _exists(pid)]
    if others:
        yield f"there are processes {others}"
    if os.getppid() != 1:
        yield f"the parent is process {os.getppid()}"


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def hidden_init() -> Iterator[str]:
    """Init belongs to another uid: it cannot be signalled, seen or read."""
    # It takes that uid in the moment after it has started us; on a busy machine, a long moment.
    until = time.monotonic() + _LONGEST_MOMENT_S
    while (can_signal := _can_signal_init()) and time.monotonic() < until:
        time.sleep(_BETWEEN_LOOKS_S)
    if can_signal:
        yield "init can be signalled"
    if (_PROC / "1").exists():
        yield "init is shown in /proc"


def _can_signal_init() -> bool:
    try:
        os.kill(1, 0)
    except PermissionError:
        return False
    return True


def ipc() -> Iterator[str]:
    """Nobody has left shared memory or queues."""
    yield from _shared("ipc")
    libc = ctypes.CDLL(None)
    for call, (thing, info) in _SYSV.items():
        answer = ctypes.create_string_buffer(_INFO_BYTES)
        getattr(libc, call)(0, info, answer)
        count = ctypes.c_int.from_buffer(answer).value
        if count:
            yield f"there are {thing} of others: {count}"


def uts() -> Iterator[str]:
    """The host's name is not known, and the box's own cannot be changed."""
    yield from _shared("uts")
    try:
        socket.sethostname(socket.gethostname())
    except PermissionError:
        return
    yield "the host's name can be changed"


def cgroup() -> Iterator[str]:
    """Where the box is among the control groups is not told, and no group is in reach."""
    yield from _shared("cgroup")
    if _WARDENS_GROUP in (_PROC / "self/cgroup").read_text():
        yield "it sees its place among the host's control groups"
    for line in (_PROC / "self/mountinfo").read_text().splitlines():
        if " - cgroup" in line:
            yield f"control groups are mounted on {line.split()[4]}"
