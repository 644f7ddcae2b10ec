from __future__ import annotations

import base64
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from stockade.api.problems import Refusal
from stockade.api.reading import Terms, read_submission
from stockade.core.limits import COMPILE_LIMITS, DEFAULT_LIMITS, LIMITS_CEILING, MiB
from stockade.core.submission import File, Submission, Variable
from stockade.engine.submissions import check_submission

if TYPE_CHECKING:
    from tests.unit.api.conftest import Server

CONTENT_BYTES = 1000
HELLO = {"language": "python", "source": "print()"}


def file(name: str, content: str = "") -> dict[str, str]:
    return {"name": name, "content": content}


@pytest.fixture
def terms(server: Server) -> Terms:
    return Terms.under(LIMITS_CEILING, server.submissions.catalogue, CONTENT_BYTES)


def read(terms: Terms, **fields: object) -> Submission:
    return read_submission({"language": "python", **fields}, terms)


def refused(terms: Terms, **fields: object) -> list[tuple[str, str]]:
    """Field and problem of each error."""
    with pytest.raises(Refusal) as caught:
        read(terms, **fields)
    assert caught.value.problem.status == 422
    assert all(error.fix for error in caught.value.problem.errors)
    return [(error.field, error.problem) for error in caught.value.problem.errors]


def test_the_smallest_body_gets_every_default(terms: Terms) -> None:
    assert read(terms, source="") == Submission(
        language="python", files=(File(name="main.py", content=b""),), entry="main.py"
    )


def test_every_field_arrives_where_it_belongs(terms: Terms) -> None:
    submission = read(
        terms,
        files=[file("a.py", "1"), {"name": "lib/b.bin", "content_base64": "/wA="}],
        entry="a.py",
        stdin="in\0put",
        args=["-v", "", "ü"],
        env={"LANG": "C", "_1": ""},
        limits={"cpu_time_s": 1, "memory_bytes": MiB * 64, "compile": {"processes": 5}},
        expected_output_base64="b3V0",
    )

    assert submission == Submission(
        language="python",
        files=(File(name="a.py", content=b"1"), File(name="lib/b.bin", content=b"\xff\0")),
        entry="a.py",
        stdin=b"in\0put",
        args=("-v", "", "ü"),
        env=(Variable(name="LANG", value="C"), Variable(name="_1", value="")),
        limits=replace(DEFAULT_LIMITS, cpu_time_s=1.0, wall_time_s=5.0, memory_bytes=64 * MiB),
        compile_limits=replace(COMPILE_LIMITS, processes=5),
        expected_output=b"out",
    )


def test_null_means_left_out(terms: Terms) -> None:
    optional = ["source_base64", "files", "entry", "stdin", "args", "env", "limits"]

    assert read(terms, source="1", **dict.fromkeys(optional)) == read(terms, source="1")


def test_a_single_source_is_called_as_its_language_says(terms: Terms) -> None:
    assert read(terms, language="cpp", source="").entry == "main.cpp"


@pytest.mark.parametrize("twin", ["source", "stdin", "expected_output"])
def test_text_and_base64_say_the_same(terms: Terms, twin: str) -> None:
    fields = {"source": "1"}
    encoded = base64.b64encode("ü\n".encode()).decode()

    as_text = read(terms, **(fields | {twin: "ü\n"}))
    fields.pop(twin, None)
    as_base64 = read(terms, **(fields | {f"{twin}_base64": encoded}))

    assert as_text == as_base64


@pytest.mark.parametrize(
    ("names", "entry", "expected"),
    [
        (["one.py"], None, "one.py"),
        (["lib/a.py", "main.py"], None, "main.py"),
        (["a.py", "b.py"], "b.py", "b.py"),
        (["main.py", "b.py"], "b.py", "b.py"),
    ],
)
def test_the_entry_is_named_or_plain_to_see(
    terms: Terms, names: list[str], entry: str | None, expected: str
) -> None:
    files = [file(name) for name in names]

    assert read(terms, files=files, entry=entry).entry == expected


@pytest.mark.parametrize(
    ("fields", "blamed"),
    [
        ({}, "source"),
        ({"source": "", "source_base64": ""}, "source_base64"),
        ({"source": "", "files": [file("a")]}, "files"),
        ({"source_base64": "", "files": [file("a")]}, "files"),
        ({"source": "", "stdin": "", "stdin_base64": ""}, "stdin_base64"),
        (
            {"source": "", "expected_output": "", "expected_output_base64": ""},
            "expected_output_base64",
        ),
        ({"files": [file("a"), {"name": "b"}]}, "files[1].content"),
        ({"files": [file("a") | {"content_base64": ""}]}, "files[0].content_base64"),
        ({"files": [file("a"), file("b"), file("a")]}, "files[2].name"),
        ({"files": [file("a"), file("a/b/c")]}, "files[0].name"),
        ({"files": [file("a/b/c"), file("a/b")]}, "files[1].name"),
        ({"files": [file("a"), file("b")]}, "entry"),
        ({"files": [file("a"), file("b")], "entry": "c"}, "entry"),
        ({"files": [file("a")], "entry": ""}, "entry"),
        ({"source": "", "entry": "other.py"}, "entry"),
        ({"source": "x" * (CONTENT_BYTES + 1)}, "body"),
        ({"source": "x" * 600, "stdin": "x" * 300, "expected_output": "x" * 101}, "body"),
    ],
)
def test_fields_that_do_not_go_together_are_refused_by_name(
    terms: Terms, fields: dict[str, Any], blamed: str
) -> None:
    assert [field for field, _ in refused(terms, **fields)] == [blamed]


def test_contents_may_be_as_large_as_they_may_be(terms: Terms) -> None:
    assert len(read(terms, source="x" * CONTENT_BYTES).files[0].content) == CONTENT_BYTES


@pytest.mark.parametrize(
    ("asked", "wall_time_s"),
    [
        ({"cpu_time_s": 2}, 8.0),
        ({"cpu_time_s": 2, "wall_time_s": 1}, 1.0),
        ({"wall_time_s": 20}, 20.0),
        ({}, DEFAULT_LIMITS.wall_time_s),
    ],
)
def test_wall_time_follows_cpu_time_unless_it_is_given(
    terms: Terms, asked: dict[str, float], wall_time_s: float
) -> None:
    assert read(terms, source="", limits=asked).limits.wall_time_s == wall_time_s
    compile_limits = read(terms, source="", limits={"compile": asked}).compile_limits
    assert compile_limits.wall_time_s == (wall_time_s if asked else COMPILE_LIMITS.wall_time_s)


def test_nobody_is_refused_for_a_default_above_the_operators_ceiling(server: Server) -> None:
    ceiling = replace(LIMITS_CEILING, cpu_time_s=2.0, wall_time_s=4.0, memory_bytes=128 * MiB)
    terms = Terms.under(ceiling, server.submissions.catalogue, CONTENT_BYTES)

    for limits in ({}, {"cpu_time_s": 1.5}):
        submission = read(terms, source="", limits=limits)
        check_submission(submission, server.submissions.catalogue, ceiling)
        assert submission.limits.wall_time_s == 4.0


def test_what_an_unknown_language_calls_its_source_is_no_matter(terms: Terms) -> None:
    # The use case refuses the language, by its field.
    assert read(terms, language="klingon", source="").language == "klingon"
