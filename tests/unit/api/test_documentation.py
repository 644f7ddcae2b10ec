from __future__ import annotations

from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest

from stockade.api.problems import Kind

if TYPE_CHECKING:
    import httpx

pytestmark = pytest.mark.anyio


class Seen(HTMLParser):
    """The tags of a page with what they load, and the places that can be linked to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.loaded: list[str | None] = []
        self.anchors: set[str | None] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.loaded += [value for name, value in attrs if name in ("src", "href")]
        self.anchors |= {value for name, value in attrs if name == "id"}


async def test_the_page_needs_nothing_but_itself(client: httpx.AsyncClient) -> None:
    response = await client.get("/docs")
    seen = Seen(response.text)

    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert not seen.tags & {"script", "link", "img", "iframe"}
    assert seen.loaded == ["/openapi.json"]
    policy = response.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


async def test_every_kind_of_problem_leads_to_its_explanation(client: httpx.AsyncClient) -> None:
    anchors = Seen((await client.get("/docs")).text).anchors

    assert {kind.word for kind in Kind} <= anchors


async def test_the_page_tells_of_every_operation(client: httpx.AsyncClient) -> None:
    document = (await client.get("/openapi.json")).json()
    page = (await client.get("/docs")).text

    for path, methods in document["paths"].items():
        for method in methods:
            assert f"<code>{method.upper()} {path}</code>" in page
