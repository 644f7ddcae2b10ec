"""The reference for people says what is so: docs/api.md against the code."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from stockade.api.examples import FINISHED
from stockade.api.openapi import OPERATIONS, document_of
from stockade.api.problems import Kind, Refusal
from stockade.api.reading import Terms, parse_body, read_submission
from stockade.api.views import answer
from stockade.core.limits import LIMITS_CEILING

if TYPE_CHECKING:
    from tests.unit.api.conftest import Server

REFERENCE = (Path(__file__).parents[3] / "docs/api.md").read_text()


def example(kind: str) -> Any:  # noqa: ANN401 - JSON of any shape
    (block,) = re.findall(rf"```json {kind}\n(.*?)```", REFERENCE, re.DOTALL)
    return json.loads(block)


def table(name: str) -> set[str]:
    """The names in the first column of the table with this heading."""
    (rows,) = re.findall(rf"^\| {name} \| meaning \|\n(.*?)(?:\n\n|\Z)", REFERENCE, re.M | re.S)
    return set(re.findall(r"^\| `(\w+)`", rows, re.M))


@pytest.mark.parametrize(
    "schema", ["SubmissionBody", "FileBody", "LimitsBody", "JobView", "RunView", "PlaceView"]
)
def test_the_tables_name_every_field_and_no_other(server: Server, schema: str) -> None:
    schemas = document_of(server.app)["components"]["schemas"]

    assert table(schema) == schemas[schema]["properties"].keys()


def test_the_request_is_accepted(server: Server) -> None:
    terms = Terms.under(LIMITS_CEILING, server.submissions.catalogue, 1000)

    submission = read_submission(example("submission"), terms)
    assert submission.files[1].content.startswith(b"def greet():")


def test_the_result_is_what_is_sent() -> None:
    assert example("result") == json.loads(bytes(answer(FINISHED).body))


def test_the_problem_is_what_is_sent() -> None:
    with pytest.raises(Refusal) as caught:
        parse_body({"language": "python", "limits": {"cpu_time": 3}})

    assert example("problem") == json.loads(bytes(caught.value.response().body))


def test_every_kind_of_problem_is_listed() -> None:
    rows = re.findall(r"^\| (\d{3}) \| `([\w-]+)` \|", REFERENCE, re.M)

    assert [(int(status), word) for status, word in rows] == [
        (kind.status, kind.word) for kind in Kind
    ]


def test_every_operation_is_listed() -> None:
    calls = set(re.findall(r"`([A-Z]+ /[\w/{}]*)`", REFERENCE))

    for operation in OPERATIONS:
        assert f"{operation.method} {operation.path.replace('{job_id}', '{id}')}" in calls


def test_every_metric_is_listed(server: Server) -> None:
    families = re.findall(r"^# TYPE (\w+) ", server.metrics.exposition().decode(), re.M)

    for family in families:
        assert f"`{family}`" in REFERENCE or family.endswith("_created")
