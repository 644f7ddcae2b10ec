"""Init: PID 1 of a box. It reaps, reports how the program ended, and dies.

It was cloned by the cell into fresh PID, mount, IPC and UTS namespaces before there was a job, and
with its death the kernel kills whatever is left in them. All it ever does with privilege is to fork
the process that will become the program; then it is another uid than the program's, not dumpable,
without a capability, and never reads a byte that a job has sent. Signals from inside do not reach a
PID 1. What it knows it says over one close-on-exec socket that the program never holds.
"""

from __future__ import annotations

import os
import socket
import time
from mmap import mmap
from typing import NoReturn

from stockade.sandbox.cells.warden import identity, kernel, ledger, program
from stockade.sandbox.cells.warden.messages import Exited, Fault, send


def live(turn: int, report: socket.socket, page: mmap, bpf: bytes) -> NoReturn:
    """Everything PID 1 does, from its first instruction to its last; ``turn`` names the box."""
    try:
        child = kernel.clone()
        if child is None:
            program.become(turn, report, page, bpf)
        _give_up_everything(report)
        before_ns = time.process_time_ns()
        status = _reap_until(child)
        ended_ns = time.monotonic_ns()
        started = ledger.read(page)
        overhead_ns = started.overhead_ns + time.process_time_ns() - before_ns
        send(report, Exited(turn, status, started.at_ns, ended_ns, overhead_ns))
    except OSError as error:
        send(report, Fault(turn, str(error)))
    finally:
        os._exit(0)


def _give_up_everything(report: socket.socket) -> None:
    kernel.close_all_but(report.fileno())
    identity.become(identity.INIT_ID)
    kernel.forbid_dumping()
    kernel.forbid_new_privileges()


def _reap_until(child: int) -> int:
    while True:
        pid, status = os.wait()
        if pid == child:
            return status
