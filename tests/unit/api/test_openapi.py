from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from stockade.api.examples import FINISHED, LISTED, QUEUED, REQUESTS
from stockade.api.openapi import OPERATIONS, document_of
from stockade.api.reading import Terms, read_submission
from stockade.core.limits import LIMITS_CEILING

if TYPE_CHECKING:
    from tests.unit.api.conftest import Server

Operations = dict[str, dict[str, Any]]


@pytest.fixture
def document(server: Server) -> dict[str, Any]:
    return document_of(server.app)


def operations(document: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def references(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        yield from (v for k, v in value.items() if k == "$ref")
        for member in value.values():
            yield from references(member)
    elif isinstance(value, list):
        for member in value:
            yield from references(member)


def test_it_is_openapi_3_1_and_lists_every_operation(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    assert {name for name, _ in operations(document)} == {
        f"{operation.method} {operation.path}" for operation in OPERATIONS
    }
    assert len(OPERATIONS) == 12


def test_every_operation_has_words_examples_and_its_problems(document: dict[str, Any]) -> None:
    for name, operation in operations(document):
        assert operation["summary"], name
        assert operation["description"], name
        assert operation["operationId"], name
        statuses = {int(status) for status in operation["responses"]}
        assert statuses >= {403, 421, 500}, name
        for status, response in operation["responses"].items():
            assert response["description"], name
            if status != "204":
                assert response["content"], name
            for content in response.get("content", {}).values():
                assert "schema" in content, name
                assert "example" in content or content["examples"], name


def test_every_problem_is_told_as_one(document: dict[str, Any]) -> None:
    for name, operation in operations(document):
        for status, response in operation["responses"].items():
            is_problem = "application/problem+json" in response.get("content", {})
            assert is_problem == (int(status) >= 400), name


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    found = set(references(document))

    assert found
    for reference in found:
        assert reference.removeprefix("#/components/schemas/") in document["components"]["schemas"]


def test_every_parameter_is_described(document: dict[str, Any]) -> None:
    for name, operation in operations(document):
        for parameter in operation.get("parameters", ()):
            assert parameter["description"], name
            assert parameter["schema"], name


def test_examples_of_answers_are_whole_with_nulls_and_all(document: dict[str, Any]) -> None:
    responses = document["paths"]["/v1/submissions"]["post"]["responses"]

    assert responses["202"]["content"]["application/json"]["example"] == json.loads(
        msgspec.json.encode(QUEUED)
    )
    for view in (QUEUED, FINISHED, LISTED):
        decoded = msgspec.json.decode(msgspec.json.encode(view), type=type(view), strict=True)
        assert decoded == view


@pytest.mark.parametrize("name", REQUESTS)
def test_examples_of_requests_are_accepted(server: Server, name: str) -> None:
    terms = Terms.under(LIMITS_CEILING, server.submissions.catalogue, 1000)

    assert read_submission(REQUESTS[name]["value"], terms).files


def test_the_document_is_the_same_every_time(server: Server) -> None:
    first, second = document_of(server.app), document_of(server.make_app())

    assert json.dumps(first) == json.dumps(second)
