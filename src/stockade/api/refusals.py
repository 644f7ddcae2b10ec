"""Turns what pydantic found into words for the client: the field, the problem, the fix."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from stockade.api.names import shown, suggestion
from stockade.api.problems import BODY, MOST_FIELDS, FieldProblem, Refusal, invalid
from stockade.api.schemas import FileBody, LimitsBody, RunLimitsBody, SubmissionBody

Location = tuple[int | str, ...]

# The model at a place of the body, by the names that lead there (positions in lists left out).
MODELS: Mapping[tuple[str, ...], type[BaseModel]] = MappingProxyType(
    {
        (): SubmissionBody,
        ("files",): FileBody,
        ("limits",): LimitsBody,
        ("limits", "compile"): RunLimitsBody,
    }
)

# Problem and fix by pydantic's kind of error; {names} come from its context.
WORDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "missing": ("It is missing.", "Add it."),
        "model_type": ("It is not an object.", "Use an object."),
        "dict_type": ("It is not an object.", "Use an object of strings."),
        "list_type": ("It is not an array.", "Use an array."),
        "string_type": ("It is not a string.", "Use a string."),
        "string_too_long": ("It is too long.", "Use at most {max_length} characters."),
        "string_unicode": (
            "A name in it holds half of a surrogate pair.",
            "Use whole characters.",
        ),
        "int_type": ("It is not a whole number.", "Use digits only: no string, no fraction."),
        "float_type": ("It is not a number of usual size.", "Use a number, not a string."),
        "finite_number": ("It is not finite.", "Use a number, or leave it out for the default."),
        "greater_than": ("It is too low.", "Use more than {gt}."),
        "greater_than_equal": ("It is too low.", "Use at least {ge}."),
        "less_than_equal": ("It is too high.", "Use at most {le}."),
        "too_long": ("It has too many members.", "Use at most {max_length}."),
        "too_short": ("It has too few members.", "Use at least {min_length}."),
        "refused": ("{problem}", "{fix}"),
    }
)

OTHER = ("It is not acceptable.", "Look it up in /docs.")


def refusal_of(error: ValidationError) -> Refusal:
    """The refusal of a body in which pydantic found these errors."""
    details = error.errors(include_url=False, include_input=False)
    return invalid(*map(_field_problem, details[:MOST_FIELDS]))


def _field_problem(detail: ErrorDetails) -> FieldProblem:
    place = detail["loc"]
    if detail["type"] == "extra_forbidden":
        known = tuple(_model_around(place).model_fields)
        return FieldProblem(
            field=path(place),
            problem="There is no such field.",
            fix=suggestion(str(place[-1]), known),
        )
    problem, fix = WORDS.get(detail["type"], OTHER)
    context = detail.get("ctx", {})
    return FieldProblem(
        field=path(place), problem=problem.format_map(context), fix=fix.format_map(context)
    )


def _model_around(place: Location) -> type[BaseModel]:
    return MODELS[tuple(step for step in place[:-1] if isinstance(step, str))]


def path(place: Location) -> str:
    """A place as a client would write it: ``files[2].name``; ``body`` for the whole."""
    # Pydantic marks the error of a name, as against that of its value, with a last "[key]".
    steps = place[:-1] if place and place[-1] == "[key]" else place
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{shown(step)}" for step in steps)
    return text.lstrip(".") or BODY
