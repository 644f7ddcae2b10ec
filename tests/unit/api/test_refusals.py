from __future__ import annotations

from typing import Any

import pytest

from stockade.api.names import LONGEST_SHOWN
from stockade.api.problems import MOST_FIELDS, FieldProblem, Refusal
from stockade.api.reading import parse_body
from stockade.api.refusals import path

PYTHON = {"language": "python", "source": ""}
NO_NUMBER = ["3", True, [], {}, float("nan"), float("inf"), -float("inf"), 10**400, 0, -1]


def errors_of(value: object) -> tuple[FieldProblem, ...]:
    with pytest.raises(Refusal) as caught:
        parse_body(value)
    assert caught.value.problem.status == 422
    assert all(error.problem and error.fix for error in caught.value.problem.errors)
    return caught.value.problem.errors


@pytest.mark.parametrize("value", [None, [], "text", 3, True, 0.5])
def test_a_body_that_is_no_object_is_refused_as_a_whole(value: object) -> None:
    assert [error.field for error in errors_of(value)] == ["body"]


@pytest.mark.parametrize(
    ("fields", "blamed"),
    [
        ({"language": None}, "language"),
        ({"language": 3}, "language"),
        ({"language": "x" * 65}, "language"),
        ({"source": 3}, "source"),
        ({"source": "a\0b"}, "source"),
        ({"source": "\ud800"}, "source"),
        ({"stdin": "\udfff"}, "stdin"),
        ({"stdin": ["a"]}, "stdin"),
        ({"source_base64": "YQ"}, "source_base64"),
        ({"source_base64": "YQ==\n"}, "source_base64"),
        ({"stdin_base64": "Y Q=="}, "stdin_base64"),
        ({"stdin_base64": "_w=="}, "stdin_base64"),
        ({"expected_output_base64": "ü"}, "expected_output_base64"),
        ({"expected_output_base64": 3}, "expected_output_base64"),
        ({"files": {}}, "files"),
        ({"files": []}, "files"),
        ({"files": [{"name": "a", "content": ""}] * 257}, "files"),
        ({"files": ["a"]}, "files[0]"),
        ({"files": [{"content": ""}]}, "files[0].name"),
        ({"files": [{"name": "a", "content": "\0"}]}, "files[0].content"),
        ({"files": [{"name": "a", "content_base64": "?"}]}, "files[0].content_base64"),
        ({"entry": 3}, "entry"),
        ({"args": "a b"}, "args"),
        ({"args": ["a", 3]}, "args[1]"),
        ({"args": ["\0"]}, "args[0]"),
        ({"args": ["\ud800"]}, "args[0]"),
        ({"args": ["a"] * 257}, "args"),
        ({"args": ["a" * 65536] * 2}, "args"),
        ({"env": ["A=b"]}, "env"),
        ({"env": {"A": 3}}, "env.A"),
        ({"env": {"A": "\0"}}, "env.A"),
        ({"env": {"A=B": ""}}, "env.A=B"),
        ({"env": {"": ""}}, "env."),
        ({"env": {"A\0": ""}}, "env.A\0"),
        ({"env": {"É": ""}}, "env.\\xc9"),
        ({"env": {"A\n": ""}}, "env.A\n"),
        ({"env": {f"A{i}": "" for i in range(257)}}, "env"),
        ({"env": {"A": "a" * 131072}}, "env"),
        ({"limits": []}, "limits"),
        ({"limits": {"compile": 3}}, "limits.compile"),
    ],
)
def test_a_field_that_is_not_as_it_must_be_is_named(fields: dict[str, Any], blamed: str) -> None:
    assert [error.field for error in errors_of(PYTHON | fields)] == [blamed]


@pytest.mark.parametrize("limit", ["cpu_time_s", "wall_time_s", "cpus"])
@pytest.mark.parametrize("value", NO_NUMBER)
def test_a_limit_is_a_number_and_nothing_else(limit: str, value: object) -> None:
    errors = errors_of(PYTHON | {"limits": {limit: value}})

    assert [error.field for error in errors] == [f"limits.{limit}"]


@pytest.mark.parametrize("limit", ["memory_bytes", "processes", "output_bytes", "file_bytes"])
@pytest.mark.parametrize("value", [*NO_NUMBER, 1.0, 1.5, 2**53 + 1])
def test_a_count_is_a_whole_number_of_usual_size(limit: str, value: object) -> None:
    errors = errors_of(PYTHON | {"limits": {"compile": {limit: value}}})

    assert [error.field for error in errors] == [f"limits.compile.{limit}"]


@pytest.mark.parametrize(
    ("fields", "blamed", "fix"),
    [
        ({"sources": ""}, "sources", "Did you mean source?"),
        ({"limits": {"cpu_time": 3}}, "limits.cpu_time", "Did you mean cpu_time_s?"),
        (
            {"limits": {"compile": {"memory": 3}}},
            "limits.compile.memory",
            "Did you mean memory_bytes?",
        ),
        (
            {"limits": {"compile": {"compile": {}}}},
            "limits.compile.compile",
            "Use only these: cpu_time_s, wall_time_s, memory_bytes, processes, output_bytes, "
            "file_bytes, cpus.",
        ),
        (
            {"files": [{"name": "a", "content": "", "nam": 7}]},
            "files[0].nam",
            "Did you mean name?",
        ),
        (
            {"files": [{"name": "a", "content": "", "zzz": 7}]},
            "files[0].zzz",
            "Use only these: name, content, content_base64.",
        ),
    ],
)
def test_an_unknown_field_is_named_with_the_nearest_known_one(
    fields: dict[str, Any], blamed: str, fix: str
) -> None:
    (error,) = errors_of(PYTHON | fields)

    assert (error.field, error.fix) == (blamed, fix)


def test_nul_in_source_text_points_to_base64() -> None:
    (error,) = errors_of(PYTHON | {"source": "\0"})

    assert "_base64" in error.fix


def test_all_errors_are_told_at_once_up_to_a_bound() -> None:
    assert len(errors_of({"language": 3, "source": 3, "extra": 3})) == 3
    assert len(errors_of(PYTHON | {f"extra{i}": 0 for i in range(1000)})) == MOST_FIELDS


def test_a_name_that_a_client_made_up_is_told_back_short_and_harmless() -> None:
    (error,) = errors_of(PYTHON | {"é" * 10_000: 0})

    assert error.field.isascii()
    assert len(error.field) < 5 * LONGEST_SHOWN


@pytest.mark.parametrize(
    ("place", "text"),
    [
        ((), "body"),
        (("language",), "language"),
        (("files", 2, "name"), "files[2].name"),
        (("limits", "compile", "memory_bytes"), "limits.compile.memory_bytes"),
        (("env", "A=B", "[key]"), "env.A=B"),
    ],
)
def test_a_place_is_written_as_a_client_would(place: tuple[int | str, ...], text: str) -> None:
    assert path(place) == text
