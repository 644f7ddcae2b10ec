"""A step as one run of bytes: a header of NUL-separated words, then its files' contents in order.

The server writes it into a memory file; init reads it after it was cloned. The cell, which forks
again for the next job, passes the descriptor on and never sees a byte of it. No word can hold a
NUL (the kernel could not take it as an argument, a variable or a name), and one ``split`` in C is
all the parsing that the hot path does.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator, Sequence
from typing import NamedTuple

# Bytes of the words behind this; how many arguments, variables and files they are; then the rest.
_FIXED = struct.Struct("<IIIIQQ?")
_WORDS_A_FILE = 4


class BundledFile(NamedTuple):
    """A file to be put into a box: ``place`` is the folder it goes under."""

    place: str
    name: str
    size: int
    executable: bool


class Header(NamedTuple):
    """The command, what its box is like, and the files that follow.

    ``env`` holds ``NAME=value`` words. Sizes are bytes: what each writable folder may hold, and the
    memory that bounds the stack and /dev/shm. ``is_collected`` says that files are wanted back.
    """

    argv: list[str]
    env: list[str]
    files: list[BundledFile]
    file_bytes: int
    memory_bytes: int
    is_collected: bool


def write(descriptor: int, header: Header, contents: Sequence[bytes]) -> None:
    """Write a bundle; ``contents`` are those of ``header.files``, in the same order.

    Raises ``ValueError`` for a word that holds a NUL.
    """
    words = [*header.argv, *header.env]
    for file in header.files:
        words += [file.place, file.name, str(file.size), "x" if file.executable else ""]
    head = "\0".join(words).encode("utf-8", "surrogateescape")
    if head.count(b"\0") != len(words) - 1:
        raise ValueError("a NUL in an argument, a variable or a file name")
    fixed = _FIXED.pack(
        len(head),
        len(header.argv),
        len(header.env),
        len(header.files),
        header.file_bytes,
        header.memory_bytes,
        header.is_collected,
    )
    for part in (fixed + head, *contents):
        _write_all(descriptor, part)


def _write_all(descriptor: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def read_header(descriptor: int) -> tuple[Header, int]:
    """The header, and the offset at which the first file's content starts."""
    fixed = os.pread(descriptor, _FIXED.size, 0)
    length, arguments, variables, files, *rest_of_fixed = _FIXED.unpack(fixed)
    head = os.pread(descriptor, length, _FIXED.size)
    words = head.decode("utf-8", "surrogateescape").split("\0")
    argv, rest = words[:arguments], words[arguments:]
    env, rest = rest[:variables], rest[variables:]
    return Header(argv, env, list(_files(rest, files)), *rest_of_fixed), _FIXED.size + length


def _files(words: list[str], count: int) -> Iterator[BundledFile]:
    for index in range(0, count * _WORDS_A_FILE, _WORDS_A_FILE):
        place, name, size, executable = words[index : index + _WORDS_A_FILE]
        yield BundledFile(place, name, int(size), bool(executable))
