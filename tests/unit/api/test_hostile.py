"""Whatever is sent, the answer is the client's fault or nobody's, never ours."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from stockade.api.openapi import OPERATIONS
from stockade.api.operations import Operation
from stockade.api.settings import ApiSettings

if TYPE_CHECKING:
    from tests.unit.api.conftest import Server

QUICK = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

URL = "http://localhost/v1/submissions"

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    unsupported_method,
]

TEXTS = st.text(st.characters(exclude_categories=()), max_size=8)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | TEXTS
NAMES = st.sampled_from(
    ["language", "source", "files", "name", "content", "stdin", "args", "env", "limits", "compile",
     "cpu_time_s", "memory_bytes", "entry", "source_base64", "expected_output"]
)  # fmt: skip
VALUES: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES | TEXTS, inner, max_size=6),
    max_leaves=12,
)
BODIES = st.fixed_dictionaries(
    {"language": st.just("python") | VALUES}, optional={name: VALUES for name in (
        "source", "files", "stdin", "args", "env", "limits", "entry", "stdin_base64")}
)  # fmt: skip


def ask(server: Server, request: httpx.Request) -> httpx.Response:
    async def answer() -> httpx.Response:
        async with server.client() as client:
            return await client.send(request)

    return asyncio.run(answer())


def post(server: Server, body: bytes) -> int:
    headers = {"content-type": "application/json"}
    response = ask(server, httpx.Request("POST", URL, content=body, headers=headers))
    assert response.status_code < 500, response.text
    if response.status_code >= 400:
        assert response.headers["content-type"] == "application/problem+json"
        assert response.json()["errors"]
    return response.status_code


@QUICK
@given(body=st.binary(max_size=64))
def test_any_bytes_are_accepted_or_refused(server: Server, body: bytes) -> None:
    post(server, body)


@QUICK
@given(value=VALUES | BODIES)
def test_any_json_is_accepted_or_refused(server: Server, value: object) -> None:
    post(server, json.dumps(value).encode())


@QUICK
@given(query=st.dictionaries(st.text(max_size=8), st.text(max_size=8), max_size=3))
def test_any_query_is_accepted_or_refused(server: Server, query: dict[str, str]) -> None:
    response = ask(server, httpx.Request("GET", URL, params=query))

    assert response.status_code in (200, 422)


@pytest.mark.parametrize("name", ["\\ud800", "\\udfff\\ud800"])
def test_half_a_surrogate_pair_in_a_name_is_told_back_harmless(server: Server, name: str) -> None:
    body = f'{{"language": "python", "source": "", "env": {{"{name}": ""}}, "{name}": 1}}'

    assert post(server, body.encode()) == 422


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_answers_are_as_the_document_says(server: Server, operation: Operation) -> None:
    # The client that calls the application here goes by a name of its own, and waits for nobody.
    app = server.make_app(ApiSettings(allowed_hosts=None, longest_wait_s=0.01))
    document = schemathesis.openapi.from_asgi("/openapi.json", app)

    @settings(QUICK, max_examples=25)
    @given(case=document[operation.path][operation.method].as_strategy())
    def answers_as_documented(case: schemathesis.Case[Any]) -> None:
        case.call_and_validate(checks=CHECKS)

    answers_as_documented()
