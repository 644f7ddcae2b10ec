"""A server of one's own, on a free port and a folder that goes away."""

from __future__ import annotations

import asyncio
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from benchmarks.client import Connection

_START_S = 30.0


@dataclass(frozen=True, slots=True)
class Served:
    """Where the server listens, and its process."""

    port: int
    pid: int


@contextmanager
def served() -> Iterator[Served]:
    """``stockade serve`` as anybody would start it."""
    with tempfile.TemporaryDirectory() as folder:
        port = _free_port()
        argv = [sys.executable, "-m", "stockade", "serve", "--port", str(port), "--data", folder]
        with subprocess.Popen(argv, stderr=subprocess.DEVNULL) as process:
            try:
                asyncio.run(_wait_for(port))
                yield Served(port, process.pid)
            finally:
                process.send_signal(signal.SIGINT)


def _free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port


async def _wait_for(port: int) -> None:
    ends_at = time.monotonic() + _START_S
    while True:
        try:
            connection = await Connection.open(port)
            await connection.get("/healthz")
            connection.close()
        except OSError:
            if time.monotonic() > ends_at:
                raise
            await asyncio.sleep(0.05)
        else:
            return
