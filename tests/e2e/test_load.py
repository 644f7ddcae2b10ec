"""Many submissions over many connections at once: all accepted, all finished, memory flat."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    from tests.e2e.conftest import MakeServer, Server

MIB = 1024 * 1024
CONNECTIONS = 16
JOBS = 500
# Allocators keep some of what a burst took; what must not happen is that every job leaves some.
GROWTH_BYTES = 24 * MIB


def test_hundreds_of_jobs_over_many_connections_are_all_done(make_server: MakeServer) -> None:
    server = make_server("--slots", "2")
    flood(server, "warm-up", 100)
    before_bytes = resident_bytes(server)

    ids = flood(server, "load", JOBS)

    results = [server.result(job_id) for job_id in ids]
    assert len(set(ids)) == JOBS
    assert {(job["state"], job["verdict"], job["attempts"]) for job in results} == {
        ("finished", "accepted", 1)
    }
    assert resident_bytes(server) - before_bytes < GROWTH_BYTES


def flood(server: Server, word: str, count: int) -> list[str]:
    """Post so many jobs as fast as they go, each connection its share; their ids, all done."""
    shares = [range(start, count, CONNECTIONS) for start in range(CONNECTIONS)]

    def post(share: range) -> list[str]:
        with httpx.Client(base_url=server.http.base_url, timeout=30) as client:
            ids = []
            for number in share:
                body = {"language": "bash", "source": f": {word} {number}"}
                answer = client.post("/v1/submissions", json=body)
                assert answer.status_code == 202, answer.text
                ids.append(str(answer.json()["id"]))
            return ids

    with ThreadPoolExecutor(CONNECTIONS) as pool:
        ids = [job_id for some in pool.map(post, shares) for job_id in some]
    for job_id in ids:
        server.result(job_id)
    return ids


def resident_bytes(server: Server) -> int:
    """The server's own memory, that of its boxes not counted."""
    return int(server.process.status()["VmRSS"].split()[0]) * 1024
