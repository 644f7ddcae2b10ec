"""Query parameters, as strict as bodies: unknown, repeated and odd ones are refused by name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import parse_qsl

from starlette.requests import Request

from stockade.api.names import shown, suggestion
from stockade.api.problems import FieldProblem, invalid, invalid_field

MOST_PARAMETERS = 16


def read_query(request: Request, *known: str) -> Mapping[str, str]:
    """The parameters that were given. Raises ``Refusal`` (422) for all but the known ones."""
    raw = request.scope["query_string"]
    return _parse(raw, known) if raw else {}


def _parse(raw: bytes, known: tuple[str, ...]) -> Mapping[str, str]:
    try:
        pairs = parse_qsl(
            raw.decode("latin-1"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=MOST_PARAMETERS,
        )
    except ValueError as error:
        raise invalid_field(
            "query", "It cannot be read.", f"Use these, as UTF-8: {', '.join(known) or 'none'}."
        ) from error
    parameters = dict(pairs)
    errors = [_unknown(name, known) for name in parameters if name not in known]
    errors += [_repeated(name) for name in parameters if _count(pairs, name) > 1]
    if errors:
        raise invalid(*errors)
    return parameters


def _count(pairs: list[tuple[str, str]], name: str) -> int:
    return sum(given == name for given, _ in pairs)


def _unknown(name: str, known: tuple[str, ...]) -> FieldProblem:
    return FieldProblem(
        field=shown(name), problem="There is no such parameter.", fix=suggestion(name, known)
    )


def _repeated(name: str) -> FieldProblem:
    return FieldProblem(field=shown(name), problem="It is given twice.", fix="Give it once.")


def read_seconds(parameters: Mapping[str, str], name: str, most: float) -> float:
    """A number of seconds from nought to ``most``; nought where it is not given."""
    text = parameters.get(name, "0")
    seconds = float(text) if re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", text) else -1
    if not 0 <= seconds <= most:
        raise invalid_field(
            name, "It is no such time.", f"Use a number of seconds from 0 to {most:g}."
        )
    return seconds


def read_count(parameters: Mapping[str, str], name: str, default: int, most: int) -> int:
    """A whole number from 1 to ``most``."""
    text = parameters.get(name, str(default))
    # The pattern bounds the digits too: no client makes us convert a million of them.
    count = int(text) if re.fullmatch("[0-9]{1,9}", text) else 0
    if not 1 <= count <= most:
        raise invalid_field(name, "It is no such number.", f"Use a whole number from 1 to {most}.")
    return count


def read_switch(parameters: Mapping[str, str], name: str) -> bool:
    """``true`` or ``false``; false where it is not given."""
    text = parameters.get(name, "false")
    if text not in ("true", "false"):
        raise invalid_field(name, "It is neither true nor false.", "Use true or false.")
    return text == "true"
