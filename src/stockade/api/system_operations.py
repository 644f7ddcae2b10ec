"""The operations that tell of the server itself as the OpenAPI document describes them."""

from __future__ import annotations

from stockade.api.operations import Operation
from stockade.api.problems import Kind
from stockade.api.reading import Terms
from stockade.api.settings import ApiSettings
from stockade.api.system_views import (
    ALIVE,
    HealthView,
    LanguageListView,
    LanguageView,
    LimitsView,
    QueueView,
    view_limits,
)
from stockade.core.limits import LIMITS_CEILING
from stockade.languages.base import Catalogue

_USUAL = ApiSettings()

LANGUAGES = Operation(
    method="GET",
    path="/v1/languages",
    name="list_languages",
    summary="List the languages",
    meaning="All of them, those that are missing here too.",
    view=LanguageListView,
    example=LanguageListView(
        languages=(
            LanguageView(
                id="python",
                name="Python",
                version="3.11.2",
                available=True,
                missing=None,
                extensions=(".py",),
                source_name="main.py",
            ),
        )
    ),
    problems=(Kind.INVALID_REQUEST,),
)
QUEUE = Operation(
    method="GET",
    path="/v1/queue",
    name="get_queue",
    summary="Look at the queue",
    meaning="What waits for a worker.",
    view=QueueView,
    example=QueueView(depth=3, oldest_age_ms=128.5),
    problems=(Kind.INVALID_REQUEST, Kind.OUR_FAULT),
)
LIMITS = Operation(
    method="GET",
    path="/v1/limits",
    name="get_limits",
    summary="Look at the limits",
    meaning="What runs may use here, and what requests may hold.",
    view=LimitsView,
    example=view_limits(Terms.under(LIMITS_CEILING, Catalogue.of(), _USUAL.content_bytes), _USUAL),
    problems=(Kind.INVALID_REQUEST,),
)
HEALTHZ = Operation(
    method="GET",
    path="/healthz",
    name="get_health",
    summary="Ask whether the server is alive",
    meaning="It is.",
    view=HealthView,
    example=ALIVE,
)
READYZ = Operation(
    method="GET",
    path="/readyz",
    name="get_readiness",
    summary="Ask whether the server can run programs",
    meaning="It can.",
    view=HealthView,
    example=HealthView(status="ok", detail="A program ran within 9 ms."),
    problems=(Kind.NOT_READY,),
)
METRICS = Operation(
    method="GET",
    path="/metrics",
    name="get_metrics",
    summary="Scrape the figures",
    meaning="All of them, in Prometheus' text format.",
    example="stockade_queue_depth 3.0\n",
)

ALL = (LANGUAGES, QUEUE, LIMITS, HEALTHZ, READYZ, METRICS)
