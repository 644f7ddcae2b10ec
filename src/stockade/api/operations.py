"""How an operation is described, and how it is served past what its description costs.

FastAPI keeps the table of routes and makes the OpenAPI document. Its handler around an endpoint
costs about 70 us a call (signature, dependencies, response model), more than all that we do for
most calls, so :class:`DirectRoute` calls the endpoint itself.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from stockade.api.problems import MEDIA_TYPE, FieldProblem, Kind, Problem, Refusal, View

Endpoint = Callable[[Request], Awaitable[Response]]
Json = dict[str, Any]

JSON = "application/json"

# What the edge of the application may answer to any request at all.
EDGE_PROBLEMS = (Kind.FOREIGN_ORIGIN, Kind.FOREIGN_HOST, Kind.INTERNAL_ERROR)

BLAMED = FieldProblem(
    field="limits.cpu_time_s", problem="The limit is too high.", fix="Use at most 60."
)


class DirectRoute(APIRoute):
    """A route whose endpoint takes the request and gives the response, nothing in between."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The endpoint itself."""
        endpoint: Callable[[Request], Coroutine[Any, Any, Response]] = self.endpoint
        return endpoint


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """What the OpenAPI document says of a route; the endpoint's docstring is its description.

    ``view`` is the type of the usual answer (None: plain text) and ``example`` one of them (None:
    there is no body); ``also`` are further successes: description by status, with the same view.
    """

    method: str
    path: str
    name: str
    summary: str
    status: int = 200
    meaning: str = "Done."
    view: type[View] | None = None
    example: object = None
    also: Mapping[int, str] | None = None
    problems: tuple[Kind, ...] = ()
    parameters: tuple[Json, ...] = ()
    request_body: Json | None = None

    def serve(self, app: FastAPI, endpoint: Endpoint) -> None:
        """Have the application serve this operation by that endpoint."""
        app.add_api_route(
            self.path,
            endpoint,
            methods=[self.method],
            operation_id=self.name,
            summary=self.summary,
            tags=[self.path.split("/")[2] if self.path.startswith("/v1/") else "operations"],
            status_code=self.status,
            response_model=None,
            response_class=JSONResponse if self.view else PlainTextResponse,
            responses=self._responses(),
            openapi_extra=self._extra(),
        )

    def _responses(self) -> dict[int | str, Json]:
        answers = _refusals(self.problems + EDGE_PROBLEMS)
        return answers | {status: self._success(why) for status, why in self._successes().items()}

    def _successes(self) -> Mapping[int, str]:
        return {self.status: self.meaning, **(self.also or {})}

    def _success(self, meaning: str) -> Json:
        if self.example is None:
            return {"description": meaning}
        if self.view is None:
            text = {"schema": {"type": "string"}}
            return {"description": meaning, "content": {"text/plain": text}}
        return {"description": meaning, "content": {JSON: {"schema": reference(self.view)}}}

    def put_examples(self, document: Json) -> None:
        """Put the example into each successful answer of the document.

        Done when the document is made: FastAPI would leave out of it whatever is null.
        """
        responses = document["paths"][self.path][self.method.lower()]["responses"]
        for status in self._successes():
            for content in responses[str(status)].get("content", {}).values():
                content["example"] = msgspec.to_builtins(self.example)

    def _extra(self) -> Json:
        extra: Json = {"parameters": list(self.parameters)}
        return extra | ({"requestBody": self.request_body} if self.request_body else {})


def _refusals(kinds: tuple[Kind, ...]) -> dict[int | str, Json]:
    """The problems by status; kinds of one status are examples of one answer."""
    answers: dict[int | str, Json] = {}
    for kind in kinds:
        answer = answers.setdefault(kind.status, _refusal_answer(kind))
        content = answer["content"][MEDIA_TYPE]
        content["examples"][kind.word] = {"value": example_of(kind)}
    return answers


def _refusal_answer(kind: Kind) -> Json:
    content = {MEDIA_TYPE: {"schema": reference(Problem), "examples": {}}}
    return {"description": kind.title, "content": content}


def reference(model: type) -> Json:
    """The schema of a model, by its name among the document's components."""
    return {"$ref": f"#/components/schemas/{model.__name__}"}


def example_of(kind: Kind) -> Json:
    """A problem of this kind, as it is sent."""
    errors = (BLAMED,) if kind is Kind.INVALID_REQUEST else ()
    example: Json = msgspec.to_builtins(Refusal(kind, kind.title, errors=errors).problem)
    return example


def query_parameter(name: str, schema: Json, description: str) -> Json:
    """The description of an optional query parameter."""
    return {"name": name, "in": "query", "schema": schema, "description": description}
