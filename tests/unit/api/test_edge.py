from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest
from starlette.types import Message, Receive, Scope, Send

from stockade.api.edge import Edge
from stockade.telemetry.metrics import Metrics

if TYPE_CHECKING:
    import httpx
    from tests.unit.api.conftest import Server

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("path", ["/healthz", "/docs", "/nothing", "/v1/submissions?x=1"])
async def test_every_answer_carries_the_safety_headers(
    client: httpx.AsyncClient, path: str
) -> None:
    headers = (await client.get(path)).headers

    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"
    assert "server" not in headers


async def test_a_bug_of_ours_is_logged_and_nothing_of_it_is_told(
    server: Server, client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    server.queue.fault = ZeroDivisionError("the secret")

    with caplog.at_level(logging.ERROR):
        response = await client.get("/v1/queue")

    assert response.status_code == 500
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["type"] == "/docs#internal-error"
    assert "secret" not in response.text
    (record,) = caplog.records
    assert record.exc_info is not None
    assert record.exc_info[0] is ZeroDivisionError
    assert record.__dict__["route"] == "/v1/queue"


async def test_requests_are_counted_by_template_never_by_path(
    server: Server, client: httpx.AsyncClient
) -> None:
    await client.get("/v1/submissions/00000000-0000-4000-8000-000000000000")
    await client.request("BREW", "/some/path/that/a/client/made/up")

    text = server.metrics.exposition().decode()

    one = 'method="GET",route="/v1/submissions/{job_id}",status="404"} 1.0'
    other = 'method="other",route="none",status="404"} 1.0'
    assert f"stockade_http_requests_total{{{one}" in text
    assert f"stockade_http_requests_total{{{other}" in text
    assert "made" not in text
    assert "BREW" not in text


async def test_half_an_answer_is_not_made_into_another() -> None:
    async def broken(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise ZeroDivisionError

    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    scope = {"type": "http", "method": "GET", "headers": []}
    await Edge(broken, Metrics(), None)(scope, receive, send)

    assert [message["type"] for message in sent] == ["http.response.start"]


async def test_what_is_not_http_passes() -> None:
    passed: list[str] = []

    async def app(scope: Scope, _receive: Receive, _send: Send) -> None:
        passed.append(scope["type"])

    async def receive() -> Message:
        pytest.fail("nothing is received")

    async def send(_message: Message) -> None:
        pytest.fail("nothing is sent")

    await Edge(app, Metrics(), frozenset())({"type": "lifespan"}, receive, send)

    assert passed == ["lifespan"]
