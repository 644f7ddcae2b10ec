"""Which of our exceptions becomes which problem."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Match

from stockade.api.problems import Kind, Refusal, invalid_field
from stockade.core.errors import Conflict, InvalidSubmission, JobNotFound, OurFault
from stockade.telemetry.metrics import Metrics

RETRY_AFTER_S = 1
METHOD_NOT_ALLOWED = 405

logger = logging.getLogger(__name__)

Translation = Callable[[Request, Any], Refusal]


def add_handlers(app: FastAPI, metrics: Metrics) -> None:
    """Have every exception of ours answered as a problem."""

    def our_fault(_request: Request, error: OurFault) -> Refusal:
        metrics.our_fault(error)
        logger.error("We could not serve a request.", exc_info=error)
        return Refusal(
            Kind.OUR_FAULT,
            "It is our fault, not the request's. Try again.",
            headers={"Retry-After": str(RETRY_AFTER_S)},
        )

    translations: dict[type[Exception], Translation] = {
        Refusal: lambda _request, error: error,
        InvalidSubmission: lambda _request, error: invalid_field(
            error.field, error.problem, error.fix
        ),
        JobNotFound: lambda _request, error: Refusal(Kind.NOT_FOUND, str(error)),
        Conflict: lambda _request, error: Refusal(Kind.CONFLICT, str(error)),
        OurFault: our_fault,
        ClientDisconnect: lambda _request, _error: Refusal(
            Kind.MALFORMED_BODY, "The connection ended before the body did."
        ),
        HTTPException: _routing_refusal,
    }
    for exception, translation in translations.items():
        app.add_exception_handler(exception, _handler(translation))


def _handler(translation: Translation) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def handle(request: Request, error: Exception) -> Response:
        return translation(request, error).response()

    return handle


def _routing_refusal(request: Request, error: HTTPException) -> Refusal:
    """The framework's own refusals: no such path, or not with this method."""
    if error.status_code != METHOD_NOT_ALLOWED:
        return Refusal(Kind.NOT_FOUND, "There is no such path. What there is, /docs tells.")
    allowed = ", ".join(_allowed_methods(request))
    return Refusal(Kind.METHOD_NOT_ALLOWED, f"Use {allowed}.", headers={"Allow": allowed})


def _allowed_methods(request: Request) -> list[str]:
    # The framework names the methods of the first route of a path only.
    fitting = (
        route for route in request.app.routes if route.matches(request.scope)[0] != Match.NONE
    )
    return sorted({method for route in fitting for method in route.methods})
