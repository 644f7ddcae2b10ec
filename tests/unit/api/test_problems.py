from __future__ import annotations

import json

import pytest

from stockade.api.problems import MOST_FIELDS, FieldProblem, Kind, Refusal, invalid

BLAMED = FieldProblem(field="a", problem="It is wrong.", fix="Right it.")


@pytest.mark.parametrize("kind", Kind)
def test_a_problem_is_told_as_rfc_9457_says(kind: Kind) -> None:
    response = Refusal(kind, "So it is.", headers={"X-Y": "z"}).response()

    assert response.status_code == kind.status
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["x-y"] == "z"
    assert json.loads(bytes(response.body)) == {
        "type": f"/docs#{kind.word}",
        "title": kind.title,
        "status": kind.status,
        "detail": "So it is.",
        "errors": [],
    }


def test_kinds_are_told_apart_by_their_words() -> None:
    assert len({kind.word for kind in Kind}) == len(Kind)


def test_fields_to_blame_are_told_in_detail_and_apart() -> None:
    problem = invalid(BLAMED, BLAMED).problem

    assert problem.detail == "a: It is wrong. a: It is wrong."
    assert problem.errors == (BLAMED, BLAMED)


def test_nobody_is_told_of_a_million_fields() -> None:
    assert len(invalid(*[BLAMED] * 1000).problem.errors) == MOST_FIELDS
