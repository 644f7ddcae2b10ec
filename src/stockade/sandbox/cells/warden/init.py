"""Init: PID 1 of a box. It waits, furnishes the box, starts the program, reaps, reports, dies.

It was cloned by the cell into fresh PID, mount, IPC and UTS namespaces before there was a job, and
with its death the kernel kills whatever is left in them. It is uid 0 of the cell's user namespace
(nobody on the host) only until the box is furnished. Then it puts on all that the program is to
wear (limits, uid, no capability, no way to another uid, the seccomp filter) and starts it by
``posix_spawn``, which shares memory until exec and so costs a tenth of a fork; last it slips into a
uid of its own. It is never dumpable, and signals from inside do not reach a PID 1. What it knows it
says over one close-on-exec socket that the program never holds.

Every page that it touches is copied, a microsecond each. Hence the plain code below.
"""

from __future__ import annotations

import os
import resource
import socket
import time
from typing import NamedTuple, NoReturn

from stockade.sandbox.cells.warden import bundle, furnish, identity, kernel
from stockade.sandbox.cells.warden.messages import (
    Fault,
    Workspace,
    hand_over,
    receive_begin,
    send,
    send_exited,
)
from stockade.sandbox.cells.warden.root import PROGRAM, WORKSPACE

_MiB = 1024 * 1024
_MOST_STACK_BYTES = 256 * _MiB
_STDERR = 2
_SHELL = "/bin/sh"
_CANNOT_EXECUTE = 126


class Ways(NamedTuple):
    """A box's sockets: to the warden, and to the cell, which is to hold its mount namespace."""

    report: socket.socket
    keeper: socket.socket


def live(turn: int, ways: Ways, bpf: bytes) -> NoReturn:
    """Everything a box does, from its first instruction to its last; ``turn`` names it."""
    name, report = "the box", ways.report
    try:
        _prepare(ways.keeper)
        descriptors = receive_begin(report, turn)
        before_ns = time.process_time_ns()
        header, offset = bundle.read_header(descriptors[0])
        name = header.argv[0]
        _furnish(header, offset, descriptors[0], turn, report)
        _dress_as_program(header, bpf)
        started_ns = time.monotonic_ns()
        program = _spawn(header, descriptors[1:])
        _undress()
        status = _reap_until(program)
        ended_ns = time.monotonic_ns()
        overhead_ns = time.process_time_ns() - before_ns
        send_exited(report, (turn, status, started_ns, ended_ns, overhead_ns))
    except OSError as error:
        send(report, Fault(turn, f"{name}: {error.strerror or error}"))
    finally:
        os._exit(0)


def _prepare(keeper: socket.socket) -> None:
    """All that does not depend on the job, done while nobody waits."""
    furnish.mount_all()
    namespace = os.open("/proc/self/ns/mnt", os.O_RDONLY | os.O_CLOEXEC)
    hand_over(keeper, namespace)
    os.close(namespace)
    # Should memory run out, the kernel is to take what is in the box, not the cell. /proc/self is
    # ours to write only as long as we are dumpable.
    adjustment = os.open("/proc/self/oom_score_adj", os.O_WRONLY | os.O_CLOEXEC)
    os.write(adjustment, b"1000")
    os.close(adjustment)
    kernel.forbid_dumping()


def _furnish(
    header: bundle.Header, offset: int, bundled: int, turn: int, report: socket.socket
) -> None:
    furnish.resize(header.file_bytes, header.memory_bytes)
    furnish.place_all(header.files, bundled, offset)
    if header.is_collected:
        root = os.open(WORKSPACE, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
        send(report, Workspace(turn), [root])
        os.close(root)


def _dress_as_program(header: bundle.Header, bpf: bytes) -> None:
    stack = min(header.memory_bytes, _MOST_STACK_BYTES)
    resource.setrlimit(resource.RLIMIT_FSIZE, (header.file_bytes, header.file_bytes))
    resource.setrlimit(resource.RLIMIT_STACK, (stack, stack))
    os.chdir(WORKSPACE)
    # Leaving uid 0 drops every capability. The saved uid is the way to our own; exec forgets it,
    # so that the program does not have it.
    os.setresgid(identity.PROGRAM_ID, identity.PROGRAM_ID, identity.INIT_ID)
    os.setresuid(identity.PROGRAM_ID, identity.PROGRAM_ID, identity.INIT_ID)
    kernel.forbid_new_privileges()
    kernel.load_filter(bpf)


def _spawn(header: bundle.Header, streams: tuple[int, ...]) -> int:
    # The streams came in above 2, so that none of these overwrites one that is still to come; all
    # else that is open is close-on-exec.
    actions = [(os.POSIX_SPAWN_DUP2, stream, target) for target, stream in enumerate(streams)]
    environment = dict(word.split("=", 1) for word in header.env)
    argv = header.argv
    try:
        return os.posix_spawn(argv[0], argv, environment, file_actions=actions, setsid=True)
    except OSError as error:
        if not argv[0].startswith((f"{WORKSPACE}/", f"{PROGRAM}/")):
            raise
        # What a job made and the kernel will not start is the job's own ending, told as a shell
        # would: on stderr, and by this exit code.
        os.write(streams[_STDERR], f"{argv[0]}: {error.strerror}\n".encode())
        return os.posix_spawn(_SHELL, (_SHELL, "-c", f"exit {_CANNOT_EXECUTE}"), {})


def _undress() -> None:
    identity.become(identity.INIT_ID)
    kernel.forbid_dumping()


def _reap_until(program: int) -> int:
    while True:
        pid, status = os.wait()
        if pid == program:
            return status
