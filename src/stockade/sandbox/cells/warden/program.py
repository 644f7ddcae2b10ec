"""The last steps of a process that becomes the program: give up everything, then exec.

Between fork and exec this is our code with the program's future in its hands; after exec nothing
of ours is left in it: three descriptors, a clean environment, no capability, no way to another uid,
a seccomp filter.
"""

from __future__ import annotations

import os
import resource
import signal
import socket
from typing import NamedTuple, NoReturn

from stockade.sandbox.cells.warden import identity, kernel
from stockade.sandbox.cells.warden.messages import Fault, Start, send
from stockade.sandbox.cells.warden.root import WORKSPACE

_MiB = 1024 * 1024
_MOST_STACK_BYTES = 256 * _MiB
_FIRST_OF_OURS = 3


class Launch(NamedTuple):
    """What a program is started with. ``streams`` become its descriptors 0, 1 and 2."""

    argv: list[str]
    env: list[str]
    streams: tuple[int, ...]
    start: Start
    report: socket.socket
    bpf: bytes


def launch(this: Launch) -> NoReturn:
    """Become the program. What fails before exec is our fault and is said so."""
    try:
        os.setsid()
        _take_streams(this.streams)
        _prefer_as_victim()
        _set_limits(this.start)
        os.chdir(WORKSPACE)
        os.umask(0o022)
        identity.become(identity.PROGRAM_ID)
        _reset_signals()
        kernel.forbid_new_privileges()
        kernel.load_filter(this.bpf)
        environment = dict(word.split("=", 1) for word in this.env)
        os.execve(this.argv[0], this.argv, environment)  # noqa: S606 - no shell: on purpose
    except OSError as error:
        problem = f"{this.argv[0]}: {error.strerror or error}"
        send(this.report, Fault(box=this.start.box, problem=problem))
    finally:
        os._exit(0)


def _take_streams(streams: tuple[int, ...]) -> None:
    for target, stream in enumerate(streams):
        # The streams came in above 2, so none of these overwrites one that is still to come.
        os.dup2(stream, target, inheritable=True)
    kernel.close_from(_FIRST_OF_OURS, on_exec=True)


def _prefer_as_victim() -> None:
    # Ours only while it is dumpable; the change of uid that follows takes that away again.
    kernel.allow_dumping()
    with open("/proc/self/oom_score_adj", "wb", buffering=0) as file:
        file.write(b"1000")


def _set_limits(start: Start) -> None:
    stack = min(start.memory_bytes, _MOST_STACK_BYTES)
    for which, value in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_MEMLOCK, 0),
        (resource.RLIMIT_NOFILE, 1024),
        (resource.RLIMIT_FSIZE, start.file_bytes),
        (resource.RLIMIT_STACK, stack),
        (resource.RLIMIT_MSGQUEUE, 0),
        (resource.RLIMIT_SIGPENDING, 1024),
        (resource.RLIMIT_RTPRIO, 0),
        (resource.RLIMIT_NICE, 0),
    ):
        resource.setrlimit(which, (value, value))


def _reset_signals() -> None:
    # Python ignores these two; an ignored signal would stay ignored across exec.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
