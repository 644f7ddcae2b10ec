"""Ten thousand submissions as fast as they go, every accept on disk, while the jobs run."""

from __future__ import annotations

import asyncio
import time

import uvloop

from benchmarks.client import Connection, share_out
from benchmarks.figures import line, resident_mib
from benchmarks.server import Served, served

_BODY = {"language": "bash", "source": "true"}
_CONNECTIONS = 32
_POLL_S = 1.0


async def _ask(connection: Connection) -> None:
    await connection.post("/v1/submissions", _BODY)


async def _report(server: Served, count: int) -> None:
    before_mib, started = resident_mib(server.pid), time.perf_counter()
    accepts = await share_out(server.port, _CONNECTIONS, count, _ask)
    accepted_s = time.perf_counter() - started
    full_mib = resident_mib(server.pid)
    line(
        f"{count} posted over {_CONNECTIONS} connections",
        f"{count / accepted_s:.0f} a second",
        "all accepted",
    )
    line(
        "accepting answer, p50 and p99",
        f"{accepts.median:.1f} ms, {accepts.percentile(0.99):.1f} ms",
        "p99 under 100",
    )
    await _drained(server)
    finished = await _count_finished(server)
    seconds = time.perf_counter() - started
    line("finished", f"{finished} in {seconds:.0f} s ({finished / seconds:.0f} a second)", "all")
    after_mib = resident_mib(server.pid)
    line(
        "memory of the server before, full, after",
        f"{before_mib:.0f}, {full_mib:.0f}, {after_mib:.0f} MiB",
        "flat",
    )


async def _drained(server: Served) -> None:
    connection = await Connection.open(server.port)
    while (await connection.get("/v1/queue"))["depth"]:
        await asyncio.sleep(_POLL_S)
    connection.close()


async def _count_finished(server: Served) -> int:
    connection = await Connection.open(server.port)
    finished, cursor = 0, ""
    while True:
        page = await connection.get(f"/v1/submissions?limit=100{cursor}")
        finished += sum(job["state"] == "finished" for job in page["submissions"])
        if page["next_cursor"] is None:
            connection.close()
            return finished
        cursor = f"&cursor={page['next_cursor']}"


def report(count: int = 10_000) -> None:
    """Measure and print."""
    with served() as server, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_report(server, count))
