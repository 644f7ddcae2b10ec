"""The size and shape of the code: what keeps it readable, held by number.

Where one of these fails, the code is to change, not the number.
"""

from __future__ import annotations

import re
import statistics
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.architecture.conftest import Function, Source

UNMIRRORED = {"__init__", "__main__"}
BROAD_EXCEPT = re.compile(r"^\s*except(\s+\(?(Base)?Exception\b.*)?:", re.MULTILINE)
# A word for what is left to do is fine where a reason stands behind it.
LEFT_TO_DO = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b(?!.{20})")


@pytest.fixture(scope="session")
def functions(sources: list[Source]) -> list[Function]:
    return [function for source in sources for function in source.functions]


def share(part: int, whole: int) -> float:
    return part / whole


# Functions


def test_no_function_is_longer_than_a_screen(functions: list[Function]) -> None:
    assert [each.place for each in functions if each.lines > 60] == []


def test_long_functions_are_the_exception(functions: list[Function]) -> None:
    long = [each.place for each in functions if each.lines > 50]

    assert share(len(long), len(functions)) <= 0.015, long


def test_the_usual_function_reads_at_a_glance(functions: list[Function]) -> None:
    assert statistics.median(each.lines for each in functions) <= 8


def test_everything_is_annotated(functions: list[Function]) -> None:
    assert [each.place for each in functions if None in each.annotations] == []


def test_public_functions_say_what_they_do(functions: list[Function]) -> None:
    public = [each for each in functions if each.is_public]
    silent = [each.place for each in public if not each.is_documented]

    assert share(len(silent), len(public)) <= 0.1, silent


# Files


def test_no_file_is_too_long_to_know(sources: list[Source]) -> None:
    assert [source.name for source in sources if source.lines > 400] == []


def test_the_usual_file_is_neither_a_crumb_nor_a_loaf(sources: list[Source]) -> None:
    assert 50 <= statistics.median(source.lines for source in sources) <= 120


def test_every_module_says_what_it_is_for(sources: list[Source]) -> None:
    silent = [source.name for source in sources if source.text and 1 not in source.comment_lines]

    assert silent == []


def test_comments_are_neither_missing_nor_drowning(sources: list[Source]) -> None:
    comments = sum(len(source.comment_lines) for source in sources)

    assert 0.12 <= share(comments, sum(len(source.filled_lines) for source in sources)) <= 0.25


def test_nothing_is_left_to_do_without_a_reason(
    sources: list[Source], test_sources: list[Source]
) -> None:
    here = __name__.rpartition(".")[2]
    left = [
        f"{source.name}: {match.group()}"
        for source in [*sources, *test_sources]
        if source.path.stem != here
        for match in LEFT_TO_DO.finditer(source.text)
    ]

    assert left == []


def test_broad_handlers_are_rare(sources: list[Source]) -> None:
    found = [source.name for source in sources for _ in BROAD_EXCEPT.finditer(source.text)]

    assert len(found) <= sum(source.code_lines for source in sources) / 1000, found


# Tests


def test_tests_outweigh_the_code(sources: list[Source], test_sources: list[Source]) -> None:
    code = sum(source.code_lines for source in sources)

    assert sum(source.code_lines for source in test_sources) >= 1.2 * code


def test_modules_have_tests_of_their_name(
    sources: list[Source], test_sources: list[Source]
) -> None:
    tested = {source.path.stem.removeprefix("test_") for source in test_sources}
    modules = [source for source in sources if source.path.stem not in UNMIRRORED]
    untested = [source.name for source in modules if source.path.stem not in tested]

    assert share(len(untested), len(modules)) <= 0.15, untested
