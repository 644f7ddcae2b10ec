"""A step as bytes: what goes in comes out, and what cannot be meant is refused."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockade.sandbox.cells.warden import bundle

# What Python makes of any bytes at all: text, with surrogates for what is no UTF-8.
WORDS = st.binary(max_size=40).map(
    lambda data: data.replace(b"\0", b"").decode("utf-8", "surrogateescape")
)
FILES = st.tuples(st.sampled_from(["/workspace", "/program"]), WORDS, st.binary(), st.booleans())
HOSTILE = (
    "../../etc/passwd",
    "/etc/passwd",
    "a\nb",
    "-rf",
    "x" * 300,
    "\udcff\udc80",
    "…/😀",
    "",
)


def written(header: bundle.Header, contents: Sequence[bytes]) -> int:
    descriptor = os.memfd_create("test")
    bundle.write(descriptor, header, contents)
    return descriptor


def make_header(
    argv: Sequence[str] = ("/bin/true",),
    env: Sequence[str] = (),
    files: Sequence[bundle.BundledFile] = (),
) -> bundle.Header:
    return bundle.Header(
        argv=list(argv),
        env=list(env),
        files=list(files),
        file_bytes=2**40,
        memory_bytes=2**41 + 1,
        is_collected=True,
    )


@given(
    argv=st.lists(WORDS, min_size=1, max_size=5),
    env=st.lists(WORDS, max_size=5),
    placed=st.lists(FILES, max_size=5),
)
def test_what_was_written_is_read(
    argv: list[str], env: list[str], placed: list[tuple[str, str, bytes, bool]]
) -> None:
    files = [
        bundle.BundledFile(place, name, len(content), executable)
        for place, name, content, executable in placed
    ]
    contents = [content for _, _, content, _ in placed]
    header = make_header(argv, env, files)
    descriptor = written(header, contents)

    found, offset = bundle.read_header(descriptor)

    assert found == header
    assert os.pread(descriptor, 1 << 20, offset) == b"".join(contents)
    os.close(descriptor)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_word_is_kept_as_it_is(name: str) -> None:
    files = [bundle.BundledFile("/workspace", name, 0, executable=False)]
    descriptor = written(make_header([name], [f"A={name}"], files), [b""])

    found, _ = bundle.read_header(descriptor)

    assert (found.argv, found.env, found.files[0].name) == ([name], [f"A={name}"], name)
    os.close(descriptor)


@pytest.mark.parametrize(
    "header",
    [
        make_header(argv=["a\0b"]),
        make_header(env=["A=\0"]),
        make_header(files=[bundle.BundledFile("/workspace", "a\0", 0, executable=False)]),
    ],
)
def test_a_nul_is_refused(header: bundle.Header) -> None:
    with tempfile.TemporaryFile() as file, pytest.raises(ValueError, match="NUL"):
        bundle.write(file.fileno(), header, [b""] * len(header.files))


def test_reading_the_header_moves_nothing() -> None:
    # The descriptor is shared with the cell that passed it on.
    descriptor = written(make_header(), [])
    os.lseek(descriptor, 0, os.SEEK_SET)

    bundle.read_header(descriptor)

    assert os.lseek(descriptor, 0, os.SEEK_CUR) == 0
    os.close(descriptor)
