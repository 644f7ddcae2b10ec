"""``python -m stockade.sandbox.cells.warden SLOTS FD``: descriptor FD leads to the server.

The process that is started is only the keeper of the warden: should the warden die, it makes
another on the same socket, since the server has no privilege left to do so.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
from typing import NoReturn

from stockade.sandbox.cells.warden import devices, kernel
from stockade.sandbox.cells.warden.groups import Groups, GroupsMissing, claim_groups
from stockade.sandbox.cells.warden.messages import Refused, send
from stockade.sandbox.cells.warden.warden import Warden, become_keeper, become_warden

_SERVER = 3
_BETWEEN_WARDENS_S = 0.5


def main() -> None:
    """Keep a warden alive until the server is gone."""
    slots, descriptor = (int(argument) for argument in sys.argv[1:])
    # A terminal's Ctrl-C goes to the server, which ends us by closing the socket.
    os.setsid()
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    os.dup2(descriptor, _SERVER, inheritable=False)
    kernel.close_from(_SERVER + 1)
    server = socket.socket(fileno=_SERVER)
    server.settimeout(0)
    try:
        devices.make_all(slots)
        become_keeper()
        _keep(server, slots)
    except (OSError, GroupsMissing) as error:
        send(server, Refused(problem=str(error)))


def _keep(server: socket.socket, slots: int) -> None:
    groups = claim_groups(slots)
    try:
        while not _outlive_warden(server, slots, groups):
            groups.clear()
            time.sleep(_BETWEEN_WARDENS_S)
    finally:
        groups.remove()


def _outlive_warden(server: socket.socket, slots: int, groups: Groups) -> bool:
    """Have a warden, and wait for its end; whether it was meant to end."""
    keeper = os.getpid()
    warden = os.fork()
    if warden == 0:
        _be_warden(server, slots, groups, keeper)
    _, status = os.waitpid(warden, 0)
    return status == 0


def _be_warden(server: socket.socket, slots: int, groups: Groups, keeper: int) -> NoReturn:
    kernel.set_parent_death_signal(signal.SIGKILL)
    if os.getppid() != keeper:  # it died before the line above
        os._exit(1)
    become_warden()
    try:
        Warden(server, slots, groups).run()
    except OSError as error:
        send(server, Refused(problem=str(error)))
    os._exit(0)


if __name__ == "__main__":
    main()
