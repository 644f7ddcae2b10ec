"""A cell: one a slot, long-lived. It lives in a root of its own and forks an init for every box.

By the time it takes work it is nobody on the host: uid 0 only of its own user namespace, pivoted
into a read-only root, alone in an empty network namespace. It forks again and again, so it never
sees a byte of a job: it passes descriptors on. It may die at any time; the warden makes another.
"""

from __future__ import annotations

import fcntl
import gc
import os
import resource
import signal
import socket
import stat
import struct
from typing import NamedTuple, NoReturn

from stockade.sandbox.cells.warden import identity, init, kernel, root
from stockade.sandbox.cells.warden.files import write_text
from stockade.sandbox.cells.warden.messages import (
    Born,
    Cleared,
    Collect,
    Collected,
    Fault,
    Next,
    Settled,
    receive,
    send,
    take_over,
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
_FIRST_SOCKET = 3
_MOST_DESCRIPTORS = 1024
_MOST_PENDING_SIGNALS = 1024
_RLIMITS = (
    (resource.RLIMIT_CORE, 0),
    (resource.RLIMIT_MEMLOCK, 0),
    (resource.RLIMIT_NOFILE, _MOST_DESCRIPTORS),
    (resource.RLIMIT_MSGQUEUE, 0),
    (resource.RLIMIT_SIGPENDING, _MOST_PENDING_SIGNALS),
    (resource.RLIMIT_RTPRIO, 0),
    (resource.RLIMIT_NICE, 0),
)


class Sockets(NamedTuple):
    """A cell's: to the warden, from its boxes to the warden, and a pair from them to itself.

    The warden makes them all: one that was made in here would be listed in the boxes' network.
    """

    control: socket.socket
    report: socket.socket
    from_boxes: socket.socket
    to_cell: socket.socket


def live(sockets: Sockets, slot: int, gate: int, bpf: bytes) -> NoReturn:
    """The whole life of the slot's cell.

    The warden writes to ``gate`` once it has put the cell into its groups and mapped its uids.
    """
    try:
        kernel.set_parent_death_signal(signal.SIGKILL)
        if os.read(gate, 1):
            _work(_leave_warden(sockets), slot, bpf)
    finally:
        os._exit(0)


def _leave_warden(sockets: Sockets) -> Sockets:
    """Let go of every descriptor but these; the same sockets as the lowest numbers."""
    null = os.open(os.devnull, os.O_RDWR)
    kept = [os.dup(sock.fileno()) for sock in sockets]
    for stream in (0, 1, 2):
        os.dup2(null, stream)
    numbers = range(_FIRST_SOCKET, _FIRST_SOCKET + len(kept))
    for target, descriptor in zip(numbers, kept, strict=True):
        os.dup2(descriptor, target, inheritable=False)
    kernel.close_from(numbers.stop)
    return Sockets(*(socket.socket(fileno=number) for number in numbers))


def _work(sockets: Sockets, slot: int, bpf: bytes) -> None:
    control = sockets.control
    ways = init.Ways(sockets.report, sockets.to_cell)
    try:
        features = _settle_in(slot)
    except OSError as error:
        send(control, Fault(0, str(error)))
        return
    _share_memory()
    sockets.from_boxes.settimeout(0)
    send(control, Settled(features))
    while packet := receive(control):
        match packet.message:
            case Next(turn=turn):
                child = kernel.clone(_BOX_NAMESPACES, cgroup=next(iter(packet.descriptors), None))
                if child is None:
                    init.live(turn, ways, bpf)
                send(control, Born(turn), [child.pidfd])
                os.close(child.pidfd)
                _clear_away(child, sockets.from_boxes)
                send(control, Cleared(turn))
            case Collect() as wanted:
                _collect(wanted, packet.descriptors[0], control)
        for descriptor in packet.descriptors:
            os.close(descriptor)


def _settle_in(slot: int) -> list[str]:
    """Become the namespace's uid 0, move into the new root; which optional layers were found."""
    identity.become(identity.CELL_ID)
    # A change of uid clears it.
    kernel.set_parent_death_signal(signal.SIGKILL)
    os.setsid()
    kernel.unshare(kernel.CLONE_NEWCGROUP)
    socket.sethostname(root.HOSTNAME)
    _start_network()
    _forbid_nesting()
    features = root.enter_root(slot)
    identity.narrow_for_good()
    _prepare_for_programs()
    return features


def _prepare_for_programs() -> None:
    """What every program inherits, set once: limits, file mode mask, signals."""
    # An init writes to its /proc/self before it stops being dumpable. Nobody who could dump a cell
    # is in a box: those are in PID namespaces below it.
    kernel.allow_dumping()
    for which, value in _RLIMITS:
        resource.setrlimit(which, (value, value))
    os.umask(0o022)
    # What is ignored (by Python, or by our keeper) would stay ignored across exec.
    for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])


def _share_memory() -> None:
    # What is alive now is never looked at again by the collector, so that forks share its pages.
    gc.collect()
    gc.freeze()
    gc.disable()


def _forbid_nesting() -> None:
    write_text("/proc/sys/user/max_user_namespaces", "0")


def _start_network() -> None:
    # No TIME_WAIT: a port that one job used must be free for the next.
    write_text("/proc/sys/net/ipv4/tcp_max_tw_buckets", "0")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        fcntl.ioctl(sock, _SIOCSIFFLAGS, struct.pack("16sh22x", b"lo", _IFF_UP))


def _clear_away(child: kernel.Child, from_boxes: socket.socket) -> None:
    """Reap a box, and then let its mounts go.

    Unmounting waits for every CPU, half a millisecond and more. It is done when the last that holds
    the namespace lets go of it: not init, for whose death the warden waits, but we, for whom nobody
    does.
    """
    os.waitpid(child, 0)
    namespace = take_over(from_boxes)
    if namespace is not None:
        os.close(namespace)


def _collect(wanted: Collect, workspace: int, control: socket.socket) -> None:
    """Open what is wanted of a dead box: nobody is left who could change it meanwhile."""
    names, opened = [], []
    folder = os.open(".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=workspace)
    for name in wanted.names:
        descriptor = _open_regular(folder, name)
        if descriptor is not None:
            names.append(name)
            opened.append(descriptor)
    send(control, Collected(wanted.turn, names), opened)
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
