"""A cell: one a slot, long-lived. It lives in a root of its own and forks an init for every box.

By the time it takes work it is nobody on the host: uid 0 only of its own user namespace, pivoted
into a read-only root, alone in an empty network namespace. It forks again and again, so it never
sees a byte of a job: it passes descriptors on. It may die at any time; the warden makes another.
"""

from __future__ import annotations

import fcntl
import gc
import os
import signal
import socket
import stat
import struct
import time
from collections.abc import Sequence
from typing import NoReturn

from stockade.sandbox.cells.warden import identity, init, kernel, root
from stockade.sandbox.cells.warden.files import write_text
from stockade.sandbox.cells.warden.messages import (
    Born,
    Collect,
    Collected,
    Fault,
    Gone,
    Packet,
    Settled,
    Start,
    receive,
    send,
)

NAMESPACES = (
    kernel.CLONE_NEWUSER
    | kernel.CLONE_NEWNS
    | kernel.CLONE_NEWNET
    | kernel.CLONE_NEWIPC
    | kernel.CLONE_NEWUTS
    | kernel.CLONE_NEWPID  # so that no box outlives its cell
)
_BOX_NAMESPACES = (
    kernel.CLONE_NEWPID | kernel.CLONE_NEWNS | kernel.CLONE_NEWIPC | kernel.CLONE_NEWUTS
)
_SIOCSIFFLAGS = 0x8914
_IFF_UP = 0x1
_CONTROL = 3
_STREAMS = 3


def live(sock: socket.socket, gate: int, bpf: bytes) -> NoReturn:
    """A cell's whole life; ``sock`` leads to the warden.

    The warden writes to ``gate`` once it has put the cell into its groups and mapped its uids.
    """
    try:
        kernel.set_parent_death_signal(signal.SIGKILL)
        if os.read(gate, 1):
            control = _leave_warden(sock)
            _work(control, bpf)
    finally:
        os._exit(0)


def _work(control: socket.socket, bpf: bytes) -> None:
    try:
        features = _settle_in()
    except OSError as error:
        send(control, Fault(box=0, problem=str(error)))
        return
    send(control, Settled(features=features))
    while packet := receive(control):
        _serve(packet, control, bpf)


def _leave_warden(sock: socket.socket) -> socket.socket:
    """Let go of every descriptor but the one that leads back."""
    os.dup2(sock.fileno(), _CONTROL, inheritable=False)
    null = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(null, stream)
    kernel.close_from(_CONTROL + 1)
    return socket.socket(fileno=_CONTROL)


def _settle_in() -> list[str]:
    """Become the namespace's uid 0, move into the new root; which optional layers were found."""
    identity.become(identity.CELL_ID)
    kernel.set_parent_death_signal(signal.SIGKILL)
    kernel.forbid_dumping()
    os.setsid()
    kernel.unshare(kernel.CLONE_NEWCGROUP)
    socket.sethostname(root.HOSTNAME)
    _start_network()
    features = root.enter_root()
    identity.narrow_for_good()
    # What is alive now is never looked at again by the collector, so that forks share it.
    gc.collect()
    gc.freeze()
    return features


def _start_network() -> None:
    # No TIME_WAIT: a port that one job used must be free for the next.
    write_text("/proc/sys/net/ipv4/tcp_max_tw_buckets", "0")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        fcntl.ioctl(sock, _SIOCSIFFLAGS, struct.pack("16sh22x", b"lo", _IFF_UP))


def _serve(packet: Packet, control: socket.socket, bpf: bytes) -> None:
    try:
        match packet.message:
            case Start():
                _hold_box(packet.message, packet.descriptors, control, bpf)
            case Collect():
                _collect(packet.message, packet.descriptors[0], control)
    finally:
        for descriptor in packet.descriptors:
            os.close(descriptor)


def _hold_box(start: Start, descriptors: Sequence[int], control: socket.socket, bpf: bytes) -> None:
    before = time.process_time_ns()
    bundled, *others = descriptors
    streams, group = others[:_STREAMS], others[_STREAMS:]
    child = kernel.clone(_BOX_NAMESPACES, cgroup=group[0] if group else None)
    if child is None:
        init.live(start, (bundled, *streams), control, bpf)
    send(control, Born(box=start.box), [child.pidfd])
    os.close(child.pidfd)
    os.waitpid(child, 0)
    send(control, Gone(box=start.box, overhead_ns=time.process_time_ns() - before))


def _collect(wanted: Collect, workspace: int, control: socket.socket) -> None:
    """Open what is wanted of a dead box: nobody is left who could change it meanwhile."""
    names, opened = [], []
    folder = os.open(".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=workspace)
    for name in wanted.names:
        descriptor = _open_regular(folder, name)
        if descriptor is not None:
            names.append(name)
            opened.append(descriptor)
    send(control, Collected(box=wanted.box, names=names), opened)
    for descriptor in (folder, *opened):
        os.close(descriptor)


def _open_regular(folder: int, name: str) -> int | None:
    """The file, if it is a regular one with no other name, reached through no link."""
    try:
        # O_NONBLOCK: a fifo must not hold us up before fstat tells what it is.
        descriptor = kernel.open_beneath(folder, name, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY)
    except OSError:
        return None
    status = os.fstat(descriptor)
    if stat.S_ISREG(status.st_mode) and status.st_nlink == 1:
        return descriptor
    os.close(descriptor)
    return None
