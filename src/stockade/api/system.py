"""The routes that tell of the server itself: what it can, how it is, how it is used."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

import stockade.api.system_operations as operations
from stockade.api.problems import Kind, Refusal
from stockade.api.query import read_query
from stockade.api.readiness import KEPT_FOR, Readying
from stockade.api.system_views import (
    ALIVE,
    HealthView,
    LimitsView,
    view_languages,
    view_queue,
)
from stockade.api.views import answer
from stockade.core.errors import OurFault
from stockade.engine.submissions import Submissions
from stockade.telemetry.metrics import Metrics


class SystemRoutes:
    """What a client or an operator may ask about the server: each method is one operation."""

    def __init__(
        self,
        submissions: Submissions,
        metrics: Metrics,
        readying: Readying,
        limits: LimitsView,
    ) -> None:
        self._submissions = submissions
        self._metrics = metrics
        self._readying = readying
        self._limits = limits

    def add_to(self, app: FastAPI) -> None:
        """Serve every operation."""
        operations.LANGUAGES.serve(app, self.languages)
        operations.QUEUE.serve(app, self.queue)
        operations.LIMITS.serve(app, self.limits)
        operations.HEALTHZ.serve(app, self.healthz)
        operations.READYZ.serve(app, self.readyz)
        operations.METRICS.serve(app, self.metrics)

    async def languages(self, request: Request) -> Response:
        """Every language, its version here, or what is missing and why."""
        read_query(request)
        return answer(view_languages(self._submissions.catalogue))

    async def queue(self, request: Request) -> Response:
        """How many submissions wait for a worker, and how long the oldest of them has."""
        read_query(request)
        backlog = await self._submissions.queue.backlog()
        return answer(view_queue(backlog, self._submissions.clock.now()))

    async def limits(self, request: Request) -> Response:
        """The limits of runs (defaults, floor, ceiling) and of requests."""
        read_query(request)
        return answer(self._limits)

    async def healthz(self, _request: Request) -> Response:
        """The server is alive: it answers."""
        return answer(ALIVE)

    async def readyz(self, _request: Request) -> Response:
        """The server can do its work: it ran a real program within the last 5 seconds."""
        found = await self._readying.readiness()
        if not found.is_ready:
            retry_after = str(round(KEPT_FOR.total_seconds()))
            raise Refusal(Kind.NOT_READY, found.detail, headers={"Retry-After": retry_after})
        return answer(HealthView(status="ok", detail=found.detail))

    async def metrics(self, _request: Request) -> Response:
        """The figures of this server in Prometheus' text format."""
        await self._refresh_backlog()
        return Response(self._metrics.exposition(), media_type=Metrics.content_type)

    async def _refresh_backlog(self) -> None:
        try:
            backlog = await self._submissions.queue.backlog()
        except OurFault as error:
            # When the queue is down the other figures are wanted most.
            self._metrics.our_fault(error)
            self._metrics.backlog_unknown()
        else:
            self._metrics.backlog(backlog, self._submissions.clock.now())
