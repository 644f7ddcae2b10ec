"""The outermost layer: guards the door, marks every answer, counts it, and has the last word."""

from __future__ import annotations

import logging
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from stockade.api.guard import check_sender
from stockade.api.problems import Kind, Refusal
from stockade.telemetry.metrics import Metrics

# No page may guess a type, or show a program's output as anything but data.
SAFETY_HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"cache-control", b"no-store"),
    (b"cross-origin-resource-policy", b"same-origin"),
]
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

logger = logging.getLogger(__name__)


class Edge:
    """ASGI middleware around the whole application."""

    def __init__(
        self, app: ASGIApp, metrics: Metrics, allowed_hosts: frozenset[str] | None
    ) -> None:
        self._app = app
        self._metrics = metrics
        self._allowed_hosts = allowed_hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Carry one request, and count it when its answer is complete."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started_s = time.perf_counter()
        answer = _Answer(send)
        try:
            await self._respond(scope, receive, answer)
        finally:
            method = scope["method"] if scope["method"] in METHODS else "other"
            elapsed_s = time.perf_counter() - started_s
            self._metrics.request_answered(method, _template(scope), answer.status, elapsed_s)

    async def _respond(self, scope: Scope, receive: Receive, answer: _Answer) -> None:
        try:
            check_sender(scope, self._allowed_hosts)
            await self._app(scope, receive, answer.send)
        except Refusal as refusal:
            await refusal.response()(scope, receive, answer.send)
        except Exception:
            # The last resort: whatever this was, nothing of our insides may reach the client.
            logger.exception("A request failed.", extra={"route": _template(scope)})
            await answer.give_up(scope, receive)


class _Answer:
    """Sends an answer with the safety headers, and remembers its status."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._has_started = False
        # What is counted if nothing was answered at all: the server was stopped in between.
        self.status = 500

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._has_started = True
            self.status = message["status"]
            message = {**message, "headers": [*message["headers"], *SAFETY_HEADERS]}
        await self._send(message)

    async def give_up(self, scope: Scope, receive: Receive) -> None:
        # Half an answer cannot become another one; the server then cuts the connection.
        if not self._has_started:
            refusal = Refusal(Kind.INTERNAL_ERROR, "It was logged; what happened is not told here.")
            await refusal.response()(scope, receive, self.send)


def _template(scope: Scope) -> str:
    """The template of the route that was taken, never the path: paths are made up by clients."""
    route = scope.get("route")
    return getattr(route, "path", "none")
