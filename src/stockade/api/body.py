"""Reads the JSON body of a request: capped while it streams, strict in every corner of JSON.

The standard library's parser is used for what the faster ones do not tell: duplicate keys. It
costs about 2 us for a small submission, and its depth is bounded by the interpreter's own limit.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Mapping

from starlette.requests import Request
from starlette.types import Scope

from stockade.api.names import shown
from stockade.api.problems import BODY, FieldProblem, Kind, Refusal

JSON_TYPE = b"application/json"
MOST_DIGITS = 100


async def read_json(request: Request, cap_bytes: int) -> object:
    """The value in a request's body. Raises ``Refusal`` (400, 413, 415)."""
    check_content_type(header(request.scope, b"content-type"))
    if header(request.scope, b"content-encoding") not in (None, b"identity"):
        raise Refusal(
            Kind.UNSUPPORTED_TYPE, "The body is compressed. Send it without Content-Encoding."
        )
    return parse_json(await _read(request, cap_bytes))


def header(scope: Scope, name: bytes) -> bytes | None:
    """The first header of this lower-case name, straight from the scope."""
    for key, value in scope["headers"]:
        if key == name:
            return bytes(value)
    return None


def check_content_type(content_type: bytes | None) -> None:
    """Refuse (415) what does not say that it is JSON in UTF-8."""
    media_type, _, parameters = (content_type or b"").lower().partition(b";")
    charset = parameters.replace(b'"', b"").strip()
    if media_type.strip() != JSON_TYPE or charset not in (b"", b"charset=utf-8"):
        raise Refusal(
            Kind.UNSUPPORTED_TYPE,
            "Send JSON in UTF-8, with the header Content-Type: application/json.",
            headers={"Accept": "application/json"},
        )


async def _read(request: Request, cap_bytes: int) -> bytes:
    # What the client says of its length saves both sides the transfer; what arrives is counted.
    announced = header(request.scope, b"content-length") or b"0"
    if announced.isdigit() and int(announced[:20]) > cap_bytes:
        raise _too_large(cap_bytes)
    chunks: list[bytes] = []
    size_bytes = 0
    async for chunk in request.stream():
        size_bytes += len(chunk)
        if size_bytes > cap_bytes:
            raise _too_large(cap_bytes)
        chunks.append(chunk)
    return b"".join(chunks)


def _too_large(cap_bytes: int) -> Refusal:
    # The rest of the body is not read, so the connection cannot carry another request.
    return _refusal(
        Kind.BODY_TOO_LARGE,
        f"It has more than {cap_bytes} bytes.",
        "Send less source, input or expected output.",
        headers={"Connection": "close"},
    )


def parse_json(body: bytes) -> object:
    """The JSON value these bytes stand for. Raises ``Refusal`` (400) for all that is not JSON.

    NaN and infinity, which JSON lacks, become the floats: whoever reads the field refuses them
    by its name.
    """
    try:
        return _decoder.decode(body.decode())
    except UnicodeDecodeError as error:
        raise _malformed(f"Byte {error.start} is not UTF-8.", "Send UTF-8.") from error
    except RecursionError as error:
        raise _malformed("It is nested too deep.", "Send the fields of /docs only.") from error
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise _malformed(f"It is not JSON: {error.msg} at {place}.", "Send JSON.") from error


def _malformed(problem: str, fix: str) -> Refusal:
    return _refusal(Kind.MALFORMED_BODY, problem, fix)


def _refusal(
    kind: Kind, problem: str, fix: str, headers: Mapping[str, str] | None = None
) -> Refusal:
    blamed = FieldProblem(field=BODY, problem=problem, fix=fix)
    return Refusal(kind, problem, errors=(blamed,), headers=headers)


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) < len(pairs):
        counts = Counter(name for name, _ in pairs)
        name = shown(counts.most_common(1)[0][0])
        raise _malformed(f"An object has two members called {name}.", "Send each member once.")
    return members


def _whole(digits: str) -> int | float:
    """The number; of absurd size it is as good as infinite, and cheaper to refuse."""
    return int(digits) if len(digits) <= MOST_DIGITS else math.inf


_decoder = json.JSONDecoder(object_pairs_hook=_unique, parse_int=_whole)
