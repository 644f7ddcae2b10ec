"""The routes of the API's own documentation, made when first asked for."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import msgspec
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from stockade.api.openapi import document_of
from stockade.api.page import CONTENT_SECURITY_POLICY, page_of
from stockade.api.problems import DOCS_PATH


class DocumentationRoutes:
    """The OpenAPI document, and the page for people."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app

    def serve(self) -> None:
        """Serve both; they are not described in the document themselves."""
        self._app.add_api_route("/openapi.json", self.openapi, include_in_schema=False)
        self._app.add_api_route(DOCS_PATH, self.page, include_in_schema=False)

    @cached_property
    def _document(self) -> dict[str, Any]:
        # Some 20 ms, which a server that is asked for programs only need not spend at its start.
        return document_of(self._app)

    async def openapi(self, _request: Request) -> Response:
        """The OpenAPI document."""
        return Response(msgspec.json.encode(self._document), media_type="application/json")

    async def page(self, _request: Request) -> Response:
        """The page for people."""
        headers = {"Content-Security-Policy": CONTENT_SECURITY_POLICY}
        return Response(page_of(self._document), media_type="text/html", headers=headers)
