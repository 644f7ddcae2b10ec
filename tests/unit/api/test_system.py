from __future__ import annotations

import asyncio
from dataclasses import asdict, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from stockade.api.readiness import Readiness
from stockade.core.errors import QueueError
from stockade.core.limits import COMPILE_LIMITS, DEFAULT_LIMITS, LIMITS_CEILING, LIMITS_FLOOR

if TYPE_CHECKING:
    import httpx
    from tests.unit.api.conftest import Server

pytestmark = pytest.mark.anyio

HELLO = {"language": "python", "source": ""}


async def test_every_language_is_listed_with_what_is_missing(client: httpx.AsyncClient) -> None:
    assert (await client.get("/v1/languages")).json()["languages"] == [
        {
            "id": "python",
            "name": "Python",
            "version": "3.11.2",
            "available": True,
            "missing": None,
            "extensions": [".py"],
            "source_name": "main.py",
        },
        {
            "id": "cpp",
            "name": "Cpp",
            "version": None,
            "available": False,
            "missing": "Install g++.",
            "extensions": [".cpp"],
            "source_name": "main.cpp",
        },
    ]


async def test_the_queue_tells_its_depth_and_the_age_of_its_oldest(
    server: Server, client: httpx.AsyncClient
) -> None:
    empty = (await client.get("/v1/queue")).json()
    await client.post("/v1/submissions", json=HELLO)
    server.clock.advance(timedelta(seconds=1.5))
    await client.post("/v1/submissions", json=HELLO)

    assert empty == {"depth": 0, "oldest_age_ms": None}
    assert (await client.get("/v1/queue")).json() == {"depth": 2, "oldest_age_ms": 1500.0}


async def test_limits_are_those_that_hold(server: Server) -> None:
    ceiling = replace(LIMITS_CEILING, cpu_time_s=1.0)
    server.submissions = replace(server.submissions, ceiling=ceiling)
    async with server.client(server.make_app()) as client:
        limits = (await client.get("/v1/limits")).json()

    assert limits == {
        "defaults": asdict(DEFAULT_LIMITS) | {"cpu_time_s": 1.0},
        "compile_defaults": asdict(COMPILE_LIMITS) | {"cpu_time_s": 1.0},
        "floor": asdict(LIMITS_FLOOR),
        "ceiling": asdict(ceiling),
        "body_bytes": server.settings.body_bytes,
        "content_bytes": server.settings.content_bytes,
        "wait_s": 60.0,
    }


async def test_the_server_is_alive_even_when_it_is_not_ready(
    server: Server, client: httpx.AsyncClient
) -> None:
    server.readying.answer = Readiness(is_ready=False, detail="No box could be made.")

    alive, ready = await client.get("/healthz"), await client.get("/readyz")

    assert (alive.status_code, alive.json()["status"]) == (200, "ok")
    assert (ready.status_code, ready.headers["retry-after"]) == (503, "5")
    assert ready.json()["type"] == "/docs#not-ready"
    assert ready.json()["detail"] == "No box could be made."


async def test_the_server_is_ready_when_a_program_ran(client: httpx.AsyncClient) -> None:
    response = await client.get("/readyz")

    assert (response.status_code, response.json()["detail"]) == (200, "A program ran.")


async def test_a_scrape_tells_what_waits_at_that_moment(
    server: Server, client: httpx.AsyncClient
) -> None:
    await client.post("/v1/submissions", json=HELLO)
    server.clock.advance(timedelta(seconds=3))

    response = await client.get("/metrics")

    assert response.headers["content-type"].startswith("text/plain; version=")
    assert "stockade_queue_depth 1.0\n" in response.text
    assert "stockade_queue_oldest_age_seconds 3.0\n" in response.text


async def test_a_scrape_without_the_queue_tells_all_the_rest(
    server: Server, client: httpx.AsyncClient
) -> None:
    server.queue.fault = QueueError("gone")

    response = await client.get("/metrics")

    assert response.status_code == 200
    assert "stockade_queue_depth NaN\n" in response.text
    assert 'stockade_our_faults_total{kind="QueueError"} 1.0\n' in response.text


@pytest.mark.parametrize("path", ["/v1/languages", "/v1/queue", "/v1/limits"])
async def test_parameters_that_mean_nothing_are_refused(
    client: httpx.AsyncClient, path: str
) -> None:
    responses = await asyncio.gather(client.get(path), client.get(path, params={"x": "1"}))

    assert [response.status_code for response in responses] == [200, 422]
