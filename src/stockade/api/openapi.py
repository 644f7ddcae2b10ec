"""The OpenAPI 3.1 document of an application."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from msgspec.json import schema_components

import stockade.api.submission_operations as submissions
import stockade.api.system_operations as system
from stockade.api.problems import Problem
from stockade.api.schemas import SubmissionBody

OPERATIONS = submissions.ALL + system.ALL

ABOUT = (
    "Stockade runs code that nobody trusts, and tells exactly what happened to it. "
    "Times end in `_s` or `_ms`, sizes in `_bytes`. Whatever is refused is told as a problem "
    "(RFC 9457) that names the field and the fix."
)


def document_of(app: FastAPI) -> dict[str, Any]:
    """The document of all operations that the application serves by now."""
    document = get_openapi(
        title=app.title, version=app.version, description=ABOUT, routes=app.routes
    )
    document["components"] = {"schemas": _schemas()}
    for operation in OPERATIONS:
        operation.put_examples(document)
    return document


def _schemas() -> dict[str, Any]:
    """The schemas of all bodies by name; of the request as pydantic has it, of answers msgspec."""
    request = SubmissionBody.model_json_schema(ref_template="#/components/schemas/{model}")
    parts = request.pop("$defs")
    # A dictionary keeps their order, which makes the document the same every time.
    views = dict.fromkeys(operation.view for operation in OPERATIONS if operation.view)
    _, answers = schema_components([*views, Problem], ref_template="#/components/schemas/{name}")
    return {SubmissionBody.__name__: request, **parts, **answers}
