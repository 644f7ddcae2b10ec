from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import pytest

from stockade.core.errors import QueueError

if TYPE_CHECKING:
    import httpx
    from tests.unit.api.conftest import Server

pytestmark = pytest.mark.anyio

ONE = "/v1/submissions/00000000-0000-4000-8000-000000000000"


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/v1/submissions", "GET, POST"),
        ("HEAD", "/v1/submissions", "GET, POST"),
        ("PATCH", ONE, "DELETE, GET"),
        ("GET", f"{ONE}/cancel", "POST"),
        ("DELETE", "/v1/languages", "GET"),
    ],
)
async def test_a_method_that_a_path_does_not_take_is_told_those_it_does(
    client: httpx.AsyncClient, method: str, path: str, allowed: str
) -> None:
    response = await client.request(method, path)

    assert response.status_code == 405
    assert response.headers["allow"] == allowed
    assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["/", "/v1", "/v1/submissions/", "/V1/queue", "/v2/queue"])
async def test_a_path_that_is_not_there_is_not_found(client: httpx.AsyncClient, path: str) -> None:
    response = await client.get(path)

    assert response.status_code == 404
    assert response.json()["type"] == "/docs#not-found"


@pytest.mark.parametrize(
    ("fields", "blamed"),
    [
        ({"language": "klingon"}, "language"),
        ({"language": "cpp"}, "language"),
        ({"limits": {"cpu_time_s": 61}}, "limits.cpu_time_s"),
        ({"limits": {"wall_time_s": 0.001}}, "limits.wall_time_s"),
        ({"limits": {"compile": {"memory_bytes": 1}}}, "limits.compile.memory_bytes"),
    ],
)
async def test_what_the_use_case_refuses_is_told_by_its_field(
    client: httpx.AsyncClient, fields: dict[str, Any], blamed: str
) -> None:
    body = {"language": "python", "source": ""} | fields
    response = await client.post("/v1/submissions", json=body)

    assert response.status_code == 422
    assert [error["field"] for error in response.json()["errors"]] == [blamed]


async def test_a_fault_of_ours_is_logged_counted_and_told_as_ours(
    server: Server, client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    server.queue.fault = QueueError("The broker at 10.0.0.1 is gone.")

    with caplog.at_level(logging.ERROR):
        response = await client.get("/v1/queue")

    assert response.status_code == 503
    assert int(response.headers["retry-after"]) > 0
    assert "10.0.0.1" not in response.text
    assert [record.exc_info and record.exc_info[1] for record in caplog.records] == [
        server.queue.fault
    ]
    assert b'stockade_our_faults_total{kind="QueueError"} 1.0' in server.metrics.exposition()
