"""Every way in which a request can fail, and how it is told: problem details (RFC 9457).

A problem names its kind (``type``, explained on the page it points to), what went wrong here
(``detail``) and, where fields are to blame, each of them with what would be right.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Annotated

import msgspec
from msgspec import Meta
from starlette.responses import Response

from stockade.core.errors import StockadeError

MEDIA_TYPE = "application/problem+json"
DOCS_PATH = "/docs"

# A body can be wrong in a million places; nobody reads on after these.
MOST_FIELDS = 20

# What is named where no single field is to blame, or none could be read.
BODY = "body"


class Kind(Enum):
    """The kinds of problems: the word in ``type``, the status, and the title."""

    MALFORMED_BODY = ("malformed-body", 400, "The body cannot be read.")
    FOREIGN_ORIGIN = ("foreign-origin", 403, "Another site's page may not use this server.")
    NOT_FOUND = ("not-found", 404, "There is nothing here.")
    METHOD_NOT_ALLOWED = ("method-not-allowed", 405, "This path does not take this method.")
    CONFLICT = ("conflict", 409, "Not in this state.")
    BODY_TOO_LARGE = ("body-too-large", 413, "The body is too large.")
    UNSUPPORTED_TYPE = ("unsupported-type", 415, "The body must be JSON.")
    FOREIGN_HOST = ("foreign-host", 421, "This server does not go by that name.")
    INVALID_REQUEST = ("invalid-request", 422, "The request cannot be accepted as it is.")
    INTERNAL_ERROR = ("internal-error", 500, "We made a mistake.")
    OUR_FAULT = ("our-fault", 503, "We cannot do this at the moment.")
    NOT_READY = ("not-ready", 503, "Programs cannot be run here at the moment.")

    def __init__(self, word: str, status: int, title: str) -> None:
        self.word = word
        self.status = status
        self.title = title

    @property
    def type(self) -> str:
        """The URI of the kind, relative to the server: its explanation."""
        return f"{DOCS_PATH}#{self.word}"


class View(msgspec.Struct, frozen=True, kw_only=True):
    """Anything that is sent as JSON."""


class FieldProblem(View, frozen=True, kw_only=True):
    """What is wrong with one field or parameter, and what would be right."""

    field: Annotated[
        str,
        Meta(description="The path of the field as it was sent.", examples=["files[2].name"]),
    ]
    problem: Annotated[str, Meta(description="What is wrong with it.")]
    fix: Annotated[str, Meta(description="What would be right.")]


class Problem(View, frozen=True, kw_only=True):
    """Problem details (RFC 9457)."""

    type: Annotated[str, Meta(description="The kind of problem; leads to its explanation.")]
    title: Annotated[str, Meta(description="The kind of problem in a sentence.")]
    status: Annotated[int, Meta(description="The HTTP status of this answer.")]
    detail: Annotated[str, Meta(description="What went wrong this time.")]
    errors: Annotated[
        tuple[FieldProblem, ...],
        Meta(description="The fields to blame, at most 20; empty where no field is."),
    ] = ()


class Refusal(StockadeError):
    """A request that is not carried out: the problem, and headers that go with it."""

    def __init__(
        self,
        kind: Kind,
        detail: str,
        *,
        errors: tuple[FieldProblem, ...] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.headers = headers
        self.problem = Problem(
            type=kind.type,
            title=kind.title,
            status=kind.status,
            detail=detail,
            errors=errors[:MOST_FIELDS],
        )

    def response(self) -> Response:
        """The refusal as an answer."""
        return Response(
            msgspec.json.encode(self.problem),
            status_code=self.problem.status,
            headers=self.headers,
            media_type=MEDIA_TYPE,
        )


def invalid(*errors: FieldProblem) -> Refusal:
    """The refusal of a request because of these fields or parameters."""
    detail = " ".join(f"{error.field}: {error.problem}" for error in errors[:MOST_FIELDS])
    return Refusal(Kind.INVALID_REQUEST, detail, errors=errors)


def invalid_field(field: str, problem: str, fix: str) -> Refusal:
    """The refusal of a request because of one field or parameter."""
    return invalid(FieldProblem(field=field, problem=problem, fix=fix))
