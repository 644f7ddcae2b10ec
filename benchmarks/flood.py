"""Ten thousand submissions as fast as they go, every accept on disk, while the jobs run."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

import uvloop

from benchmarks.client import Connection, share_out
from benchmarks.figures import line, resident_mib
from benchmarks.server import Served, served

_BODY = {"language": "bash", "source": "true"}
_CONNECTIONS = 32


async def _report(server: Served, count: int) -> None:
    ids: list[str] = []

    async def submit(connection: Connection) -> None:
        ids.append((await connection.post("/v1/submissions", _BODY))["id"])

    before_mib, started = resident_mib(server.pid), time.perf_counter()
    accepts = await share_out(server.port, _CONNECTIONS, count, submit)
    accepted_s = time.perf_counter() - started
    full_mib = resident_mib(server.pid)
    rate = f"{len(ids) / accepted_s:.0f} a second"
    line(f"{len(ids)} accepted over {_CONNECTIONS} connections", rate, "all")
    figures = f"{accepts.median:.1f} ms, {accepts.percentile(0.99):.1f} ms"
    line("accepting answer, p50 and p99", figures, "p99 under 100")
    finished = await _count_finished(server, ids)
    seconds = time.perf_counter() - started
    line("finished", f"{finished} in {seconds:.0f} s ({finished / seconds:.0f} a second)", "all")
    after_mib = resident_mib(server.pid)
    figures = f"{before_mib:.0f}, {full_mib:.0f}, {after_mib:.0f} MiB"
    line("memory of the server before, full, after", figures, "flat")


async def _count_finished(server: Served, ids: Sequence[str]) -> int:
    """Wait for every one that was accepted, the last first; how many finished well."""
    connection = await Connection.open(server.port)
    finished = 0
    for each in reversed(ids):
        job = await connection.get(f"/v1/submissions/{each}?wait=60")
        while job["state"] in ("queued", "running"):
            job = await connection.get(f"/v1/submissions/{each}?wait=60")
        finished += job["verdict"] == "accepted"
    connection.close()
    return finished


def report(count: int = 10_000) -> None:
    """Measure and print."""
    with served() as server, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_report(server, count))
