from __future__ import annotations

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockade.core.limits import MiB
from stockade.judge.checkers import same_lines

# (output, expected): the same lines but for white space that does not count.
SAME = [
    (b"", b""),
    (b"1\n2\n", b"1\n2\n"),
    (b"1\n2", b"1\n2\n"),
    (b"1\n2\n\n \n\t\n", b"1\n2"),
    (b"1  \n2\t\n", b"1\n2\n"),
    (b"1\r\n2\r\n", b"1\n2\n"),
    (b"1\v\f\n", b"1\n"),
    (b"\n\n", b""),
    (b"  \n", b"\n"),
    (b"1\n  \n2\n", b"1\n\n2\n"),
    (b"\xff\xfe \n", b"\xff\xfe\n"),
]
DIFFERENT = [
    (b"", b"1\n"),
    (b"1\n", b""),
    (b"1\n2\n", b"1\n"),
    (b"1\n", b"1\n2\n"),
    (b" 1\n", b"1\n"),
    (b"1  2\n", b"1 2\n"),
    (b"\n1\n", b"1\n"),
    (b"1\n\n2\n", b"1\n2\n"),
    (b"1 2\n", b"1\n2\n"),
    (b"1\r2\n", b"1\n2\n"),
    (b"Hello\n", b"hello\n"),
    (b"1.0\n", b"1\n"),
    (b"1\0\n", b"1\n"),
    (b"\xc2\xa0\n", b"\n"),  # a no-break space is not white space: bytes are compared, not text
    (b"\xef\xbb\xbf1\n", b"1\n"),
]
white_space = st.text(" \t\r\v\f", max_size=3).map(str.encode)
lines = st.lists(st.binary(max_size=4).map(lambda line: line.replace(b"\n", b"")), max_size=6)


@pytest.mark.parametrize(("output", "expected"), SAME)
def test_white_space_at_the_end_of_lines_and_of_the_whole_does_not_count(
    output: bytes, expected: bytes
) -> None:
    assert same_lines(output, expected)
    assert same_lines(expected, output)


@pytest.mark.parametrize(("output", "expected"), DIFFERENT)
def test_every_other_byte_counts(output: bytes, expected: bytes) -> None:
    assert not same_lines(output, expected)
    assert not same_lines(expected, output)


@given(lines, st.data())
def test_lines_stay_the_same_however_they_trail_off(
    content: list[bytes], data: st.DataObject
) -> None:
    padded = b"".join(line + data.draw(white_space) + b"\n" for line in content)

    assert same_lines(padded + b"\n" * data.draw(st.integers(0, 3)), b"\n".join(content))


def split_and_strip(data: bytes) -> list[bytes]:
    trimmed = [line.rstrip() for line in data.split(b"\n")]
    while trimmed and not trimmed[-1]:
        trimmed.pop()
    return trimmed


@given(
    st.text("a \r\n", max_size=12).map(str.encode), st.text("a \r\n", max_size=12).map(str.encode)
)
def test_it_agrees_with_the_plain_definition(output: bytes, expected: bytes) -> None:
    assert same_lines(output, expected) == (split_and_strip(output) == split_and_strip(expected))


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        (b" " * MiB + b"x", b" " * MiB + b"y"),
        (b"x" + b" " * MiB, b"x"),
        (b"\n" * MiB + b"x", b" \n" * (MiB // 2) + b"x"),
        ((b"x" + b" " * 1000 + b"y\n") * 1000, (b"x" + b" " * 1000 + b"y \n") * 1000),
    ],
)
def test_no_output_takes_more_memory_than_a_few_of_itself(output: bytes, expected: bytes) -> None:
    # A list of the lines of a mebibyte of line feeds would take 40 MiB.
    tracemalloc.start()
    same_lines(output, expected)
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak_bytes < 5 * MiB
