"""From a waiting process to the program: take the job, furnish the box, give up everything, exec.

This is our code with the program's future in its hands. It waits, forked and ready, for its start;
it is uid 0 of the cell's user namespace (nobody on the host) only until the box is furnished. After
exec nothing of ours is left in it: three descriptors, a clean environment, no capability, no way to
another uid, a seccomp filter.
"""

from __future__ import annotations

import os
import resource
import socket
import time
from mmap import mmap
from typing import NoReturn

from stockade.sandbox.cells.warden import bundle, furnish, identity, kernel, ledger
from stockade.sandbox.cells.warden.messages import Fault, Packet, Start, Workspace, receive, send
from stockade.sandbox.cells.warden.root import WORKSPACE

_MiB = 1024 * 1024
_MOST_STACK_BYTES = 256 * _MiB
_MOST_DESCRIPTORS = 1024
_MOST_PENDING_SIGNALS = 1024
_FIRST_OF_OURS = 3


def become(turn: int, report: socket.socket, page: mmap, bpf: bytes) -> NoReturn:
    """Wait for the start of the box ``turn``, then become its program.

    What fails before exec is our fault and is said so.
    """
    name = "the box"
    try:
        _prepare()
        packet = _await_start(turn, report)
        before_ns = time.process_time_ns()
        header = _furnish(packet, report)
        name = header.argv[0]
        environment = dict(word.split("=", 1) for word in header.env)
        _give_up_everything(packet, bpf)
        overhead_ns = time.process_time_ns() - before_ns
        ledger.write(page, ledger.Beginning(time.monotonic_ns(), overhead_ns))
        os.execve(header.argv[0], header.argv, environment)  # noqa: S606 - no shell: on purpose
    except OSError as error:
        send(report, Fault(turn, f"{name}: {error.strerror or error}"))
    finally:
        os._exit(0)


def _prepare() -> None:
    """All that does not depend on the job, done while nobody waits."""
    os.setsid()
    furnish.mount_proc()
    _prefer_as_victim()
    os.umask(0o022)
    for which, value in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_MEMLOCK, 0),
        (resource.RLIMIT_NOFILE, _MOST_DESCRIPTORS),
        (resource.RLIMIT_MSGQUEUE, 0),
        (resource.RLIMIT_SIGPENDING, _MOST_PENDING_SIGNALS),
        (resource.RLIMIT_RTPRIO, 0),
        (resource.RLIMIT_NICE, 0),
    ):
        resource.setrlimit(which, (value, value))


def _prefer_as_victim() -> None:
    # Should memory run out, the kernel is to take the program, not the cell. /proc/self is ours to
    # write only while we are dumpable; the change of uid that follows takes that away again.
    kernel.allow_dumping()
    with open("/proc/self/oom_score_adj", "wb", buffering=0) as file:
        file.write(b"1000")
    kernel.forbid_dumping()


def _await_start(turn: int, report: socket.socket) -> Packet:
    while packet := receive(report):
        if isinstance(packet.message, Start) and packet.message.turn == turn:
            return packet
        # Meant for a box that was killed before it could read this.
        for descriptor in packet.descriptors:
            os.close(descriptor)
    os._exit(0)


def _furnish(packet: Packet, report: socket.socket) -> bundle.Header:
    start = packet.message
    assert isinstance(start, Start)
    bundled = packet.descriptors[0]
    header, offset = bundle.read_header(bundled)
    furnish.mount_writable(start.file_bytes, start.memory_bytes)
    furnish.place_all(header.files, bundled, offset)
    if start.collect:
        root = os.open(WORKSPACE, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
        send(report, Workspace(start.turn), [root])
    return header


def _give_up_everything(packet: Packet, bpf: bytes) -> None:
    start, streams = packet.message, packet.descriptors[1:]
    assert isinstance(start, Start)
    for target, stream in enumerate(streams):
        # The streams came in above 2, so none of these overwrites one that is still to come.
        os.dup2(stream, target, inheritable=True)
    kernel.close_on_exec_from(_FIRST_OF_OURS)
    stack = min(start.memory_bytes, _MOST_STACK_BYTES)
    resource.setrlimit(resource.RLIMIT_FSIZE, (start.file_bytes, start.file_bytes))
    resource.setrlimit(resource.RLIMIT_STACK, (stack, stack))
    os.chdir(WORKSPACE)
    identity.become(identity.PROGRAM_ID)
    kernel.forbid_new_privileges()
    kernel.load_filter(bpf)
