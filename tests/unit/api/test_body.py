from __future__ import annotations

import json
import math
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import httpx
import pytest

from stockade.api.body import parse_json
from stockade.api.problems import Refusal

if TYPE_CHECKING:
    from tests.unit.api.conftest import Server

pytestmark = pytest.mark.anyio

PATH = "/v1/submissions"
HELLO = b'{"language": "python", "source": "print()"}'
JSON = {"content-type": "application/json"}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"{} {}",
        b"{'a': 1}",
        b'{"a": 1,}',
        b'"\xff"',
        b'"\xed\xa0\x80"',
        b'"\x00"',
        b"\xef\xbb\xbf{}",
        json.dumps({}).encode("utf-16"),
        b'{"a": 1, "a": 2}',
        b'{"a": {"\\u0061": 1, "a": 1}}',
        b"[" * 100_000,
        b'{"a":' * 50_000,
        b"[" * 50_000 + b"]" * 50_000,
        b"01",
        b"+1",
        b".5",
    ],
)
def test_what_is_not_json_is_refused_whole(body: bytes) -> None:
    with pytest.raises(Refusal) as caught:
        parse_json(body)

    assert caught.value.problem.status == 400
    assert [error.field for error in caught.value.problem.errors] == ["body"]


def test_json_is_read_as_it_is() -> None:
    assert parse_json('{"a": [1, -2.5e3, "ü\\n", true, null]}'.encode()) == {
        "a": [1, -2500.0, "ü\n", True, None]
    }


@pytest.mark.parametrize("number", ["Infinity", "1e999", "9" * 101, "9" * 100_000])
def test_numbers_beyond_measure_are_left_to_the_field_that_holds_them(number: str) -> None:
    assert parse_json(number.encode()) == math.inf


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "Application/JSON",
        "application/json; charset=utf-8",
        'application/json;charset="UTF-8"',
    ],
)
async def test_json_by_any_spelling_is_taken(client: httpx.AsyncClient, content_type: str) -> None:
    response = await client.post(PATH, content=HELLO, headers={"content-type": content_type})

    assert response.status_code == 202


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"content-type": ""},
        {"content-type": "text/plain"},
        {"content-type": "application/x-www-form-urlencoded"},
        {"content-type": "multipart/form-data; boundary=x"},
        {"content-type": "application/json; charset=latin-1"},
        {"content-type": "application/jsonp"},
        {"content-type": "application/json", "content-encoding": "gzip"},
    ],
)
async def test_another_content_type_is_refused(
    client: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    response = await client.post(PATH, content=HELLO, headers=headers)

    assert response.status_code == 415
    assert response.headers["content-type"] == "application/problem+json"


async def test_a_body_of_exactly_the_cap_is_taken(
    server: Server, client: httpx.AsyncClient
) -> None:
    body = HELLO.ljust(server.settings.body_bytes)

    assert (await client.post(PATH, content=body, headers=JSON)).status_code == 202
    assert (await client.post(PATH, content=body + b" ", headers=JSON)).status_code == 413


async def test_a_body_that_announces_too_much_is_refused_unread(
    server: Server, client: httpx.AsyncClient
) -> None:
    async def body() -> AsyncIterator[bytes]:
        pytest.fail("the body was read")
        yield b""

    headers = JSON | {"content-length": str(server.settings.body_bytes + 1)}
    response = await client.post(PATH, content=body(), headers=headers)

    assert response.status_code == 413
    assert response.headers["connection"] == "close"


@pytest.mark.parametrize("announced", [None, "10", "many", "-1"])
async def test_a_body_is_counted_whatever_it_announces(
    server: Server, client: httpx.AsyncClient, announced: str | None
) -> None:
    chunk = b" " * 1000
    most_chunks = server.settings.body_bytes // len(chunk) + 1
    taken = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal taken
        while True:
            taken += 1
            yield chunk

    headers = JSON | ({"content-length": announced} if announced else {})
    response = await client.post(PATH, content=endless(), headers=headers)

    assert response.status_code == 413
    assert taken == most_chunks


async def test_a_body_that_breaks_off_is_the_clients_affair(server: Server) -> None:
    async def receive() -> dict[str, object]:
        return {"type": "http.disconnect"}

    statuses: list[int] = []

    async def send(message: dict[str, int]) -> None:
        statuses.append(message.get("status", 0))

    scope = {
        "type": "http",
        "method": "POST",
        "path": PATH,
        "raw_path": PATH.encode(),
        "query_string": b"",
        "headers": [(b"host", b"localhost"), (b"content-type", b"application/json")],
    }
    await server.app(scope, receive, send)  # type: ignore[arg-type]  # as little as it needs

    assert statuses[0] == 400
