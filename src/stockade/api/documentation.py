"""The routes of the API's own documentation, made once when the application is."""

from __future__ import annotations

from typing import Any

import msgspec
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from stockade.api.page import CONTENT_SECURITY_POLICY, page_of
from stockade.api.problems import DOCS_PATH


class DocumentationRoutes:
    """The OpenAPI document, and the page for people."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._document = msgspec.json.encode(document)
        self._page = page_of(document)

    def add_to(self, app: FastAPI) -> None:
        """Serve both; they are not described in the document themselves."""
        app.add_api_route("/openapi.json", self.openapi, include_in_schema=False)
        app.add_api_route(DOCS_PATH, self.page, include_in_schema=False)

    async def openapi(self, _request: Request) -> Response:
        """The OpenAPI document."""
        return Response(self._document, media_type="application/json")

    async def page(self, _request: Request) -> Response:
        """The page for people."""
        headers = {"Content-Security-Policy": CONTENT_SECURITY_POLICY}
        return Response(self._page, media_type="text/html", headers=headers)
