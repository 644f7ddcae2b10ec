from __future__ import annotations

import httpx
import pytest

from stockade.api.guard import check_sender
from stockade.api.problems import Refusal
from stockade.api.settings import LOOPBACK_HOSTS

pytestmark = pytest.mark.anyio


def scope(host: str | None, method: str = "GET", **headers: str) -> dict[str, object]:
    named = {"host": host} | headers if host is not None else headers
    encoded = [(k.replace("_", "-").encode(), v.encode()) for k, v in named.items()]
    return {"type": "http", "method": method, "headers": encoded}


@pytest.mark.parametrize(
    "host",
    ["localhost", "LOCALHOST:8000", "127.0.0.1", "127.0.0.1:1", "[::1]", "[::1]:8000"],
)
def test_loopback_goes_by_its_names_at_any_port(host: str) -> None:
    check_sender(scope(host), LOOPBACK_HOSTS)


@pytest.mark.parametrize(
    "host",
    [
        None,
        "",
        "evil.example",
        "evil.example:8000",
        "localhost.evil.example",
        "127.0.0.1.nip.io",
        "evil.example:localhost",
        "::1",
        "localhost:",
        "127.0.0.2",
    ],
)
def test_another_name_is_refused_as_misdirected(host: str | None) -> None:
    with pytest.raises(Refusal) as caught:
        check_sender(scope(host), LOOPBACK_HOSTS)

    assert caught.value.problem.status == 421


def test_without_a_list_any_name_will_do() -> None:
    check_sender(scope("judge.example"), None)


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("http://localhost:8000", "localhost:8000"),
        ("HTTP://LocalHost:8000", "LOCALHOST:8000"),
        ("https://judge.example", "judge.example"),
        ("http://[::1]:8000", "[::1]:8000"),
    ],
)
def test_a_page_of_this_server_may_use_it(origin: str, host: str) -> None:
    check_sender(scope(host, origin=origin), None)


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "null",
        "",
        "http://localhost:8001",
        "http://localhost",
        "http://[",
        "http://localhost:8000.evil.example",
        "http://evil.example@localhost:8000",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE", "OPTIONS"])
def test_a_page_of_another_site_may_not(origin: str, method: str) -> None:
    with pytest.raises(Refusal) as caught:
        check_sender(scope("localhost:8000", method, origin=origin), LOOPBACK_HOSTS)

    assert caught.value.problem.status == 403


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded"])
def test_what_a_form_could_post_is_refused(content_type: str) -> None:
    with pytest.raises(Refusal) as caught:
        check_sender(scope("localhost", "POST", content_type=content_type), LOOPBACK_HOSTS)

    assert caught.value.problem.status == 415


async def test_the_application_is_guarded(client: httpx.AsyncClient) -> None:
    rebound = await client.get("/v1/queue", headers={"host": "evil.example"})
    foreign = await client.get("/v1/queue", headers={"origin": "https://evil.example"})
    preflight = await client.options("/v1/submissions", headers={"origin": "https://a.example"})

    assert [rebound.status_code, foreign.status_code, preflight.status_code] == [421, 403, 403]
    for response in (rebound, foreign, preflight):
        assert response.headers["content-type"] == "application/problem+json"
        assert not [name for name in response.headers if name.startswith("access-control")]
