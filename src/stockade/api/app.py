"""Puts the API together: routes, problems, documentation, and the edge around them all."""

from __future__ import annotations

from fastapi import FastAPI

from stockade import __version__
from stockade.api.documentation import DocumentationRoutes
from stockade.api.edge import Edge
from stockade.api.handlers import add_handlers
from stockade.api.operations import DirectRoute
from stockade.api.readiness import Readying
from stockade.api.reading import Terms
from stockade.api.settings import ApiSettings, OwnerOf, local_owner
from stockade.api.submissions import SubmissionRoutes
from stockade.api.system import SystemRoutes
from stockade.api.system_views import view_limits
from stockade.engine.submissions import Submissions
from stockade.telemetry.metrics import Metrics


def create_app(
    submissions: Submissions,
    metrics: Metrics,
    readying: Readying,
    *,
    settings: ApiSettings | None = None,
    owner_of: OwnerOf = local_owner,
) -> FastAPI:
    """The ASGI application on these use cases; ``settings`` are the usual ones if not given."""
    settings = settings or ApiSettings()
    # FastAPI's own documentation pages load scripts from elsewhere; ours come further below.
    app = FastAPI(
        title="Stockade",
        version=__version__,
        openapi_url=None,
        redirect_slashes=False,
        # It would take exporters from the environment, and tell them of exceptions.
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    app.router.route_class = DirectRoute
    terms = Terms.under(submissions.ceiling, submissions.catalogue, settings.content_bytes)
    SubmissionRoutes(submissions, terms, settings, owner_of).add_to(app)
    SystemRoutes(submissions, metrics, readying, view_limits(terms, settings)).add_to(app)
    DocumentationRoutes(app).serve()
    add_handlers(app, metrics)
    app.add_middleware(Edge, metrics=metrics, allowed_hosts=settings.allowed_hosts)
    return app
