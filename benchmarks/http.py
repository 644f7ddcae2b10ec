"""``POST ?wait`` of a Python hello over HTTP, load generator included, against bare Python."""

from __future__ import annotations

import asyncio
import time

import uvloop

from benchmarks import bare
from benchmarks.client import HELLO, Connection, share_out
from benchmarks.figures import Times, line, own_cpu_ms, tree_cpu_ms
from benchmarks.server import Served, served

_PATH = "/v1/submissions?wait=30"
_ROUND = 20
_MANY = 16


async def _ask(connection: Connection) -> None:
    job = await connection.post(_PATH, HELLO)
    assert job["verdict"] == "accepted", job


async def _one_connection(server: Served, count: int) -> tuple[Times, Times]:
    bare_ms: list[float] = []
    http_ms: list[float] = []
    await share_out(server.port, 1, _ROUND, _ask)
    for _ in range(count // _ROUND):
        bare_ms += bare.one_by_one(bare.HELLO, _ROUND).wall_ms
        http_ms += (await share_out(server.port, 1, _ROUND, _ask)).wall_ms
    return Times(bare_ms), Times(http_ms)


async def _rate(server: Served, count: int) -> tuple[float, float]:
    """Jobs a second over many connections, and the server's CPU-ms a job."""
    cpu, before = tree_cpu_ms(server.pid), time.perf_counter()
    await share_out(server.port, _MANY, count, _ask)
    seconds = time.perf_counter() - before
    return count / seconds, (tree_cpu_ms(server.pid) - cpu) / count


async def _report(server: Served, count: int) -> None:
    bare_times, times = await _one_connection(server, count)
    ratio = times.median / bare_times.median
    line(
        "POST ?wait of a Python hello, one connection, p50",
        f"{ratio:.2f} x bare ({times.median:.1f} ms)",
        "at most 1.5",
    )
    rates = []
    for _ in range(3):
        bare_rate = bare.rate_on_both_cores(bare.HELLO, 2.0)
        rate, cpu_ms = await _rate(server, count)
        rates.append((rate / bare_rate, rate, bare_rate, cpu_ms))
    share, rate, bare_rate, cpu_ms = sorted(rates)[1]
    line(
        f"the same over {_MANY} connections, executions a second",
        f"{share:.2f} x bare ({rate:.0f} of {bare_rate:.0f})",
        "at least 0.65",
    )
    line("CPU-ms a job of server, warden and boxes", f"{cpu_ms:.2f}")
    generator = own_cpu_ms()
    await share_out(server.port, _MANY, count, _ask)
    line("CPU-ms a job of the load generator", f"{(own_cpu_ms() - generator) / count:.2f}")


def report(count: int = 200) -> None:
    """Measure and print."""
    with served() as server, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_report(server, count))
