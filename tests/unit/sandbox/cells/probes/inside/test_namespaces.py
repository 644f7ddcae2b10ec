"""Where nothing keeps apart, the probes of namespaces find it out."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable

import pytest

from stockade.sandbox.cells.probes.inside import namespaces
from stockade.sandbox.cells.probes.probe import Breaches


@pytest.mark.parametrize(
    ("breaches", "said"),
    [
        (namespaces.network, "it is in the server's own net namespace"),
        (namespaces.processes, "it is in the server's own pid namespace"),
        (namespaces.processes, "the parent is process"),
        (namespaces.hidden_init, "init can be signalled"),
        (namespaces.hidden_init, "init is shown in /proc"),
        (namespaces.ipc, "it is in the server's own ipc namespace"),
        (namespaces.uts, "the host's name can be changed"),
        (namespaces.cgroup, "it is in the server's own cgroup namespace"),
        (namespaces.cgroup, "control groups are mounted on /sys/fs/cgroup"),
    ],
)
def test_what_is_shared_with_the_host_is_found_out(
    find_outside: Callable[[Breaches], list[str]], breaches: Breaches, said: str
) -> None:
    found = find_outside(breaches)

    assert any(said in line for line in found), found


def test_a_local_socket_with_a_name_is_found_out() -> None:
    name = f"stockade-test-{os.getpid()}"
    with socket.socket(socket.AF_UNIX) as sock:
        sock.bind(f"\0{name}")

        script = f"import {namespaces.__name__} as n; print(*n.network(), sep='\\n')"
        done = subprocess.run(
            [sys.executable, "-c", script],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )

    assert f"there is a local socket of others: @{name}" in done.stdout.splitlines()
