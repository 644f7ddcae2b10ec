"""A step as one run of bytes: a header in JSON, then the contents of its files one after another.

The server writes it into a memory file; init reads it after it was cloned. The cell, which forks
again for the next job, passes the descriptor on and never sees a byte of it.
"""

from __future__ import annotations

import json
import os
import struct
from collections.abc import Sequence
from dataclasses import dataclass

_LENGTH = struct.Struct("<I")


@dataclass(frozen=True)
class BundledFile:
    """A file to be put into a box: ``place`` is the folder it goes under."""

    place: str
    name: str
    size: int
    executable: bool


@dataclass(frozen=True)
class Header:
    """The command and the files that follow, in order."""

    argv: list[str]
    env: dict[str, str]
    files: list[BundledFile]


def write(descriptor: int, header: Header, contents: Sequence[bytes]) -> None:
    """Write a bundle; ``contents`` are those of ``header.files``, in the same order."""
    files = [vars(file) for file in header.files]
    head = json.dumps({"argv": header.argv, "env": header.env, "files": files}).encode()
    for part in (_LENGTH.pack(len(head)), head, *contents):
        _write_all(descriptor, part)


def _write_all(descriptor: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def read_header(descriptor: int) -> tuple[Header, int]:
    """The header, and the offset at which the first file's content starts."""
    (length,) = _LENGTH.unpack(os.pread(descriptor, _LENGTH.size, 0))
    values = json.loads(os.pread(descriptor, length, _LENGTH.size))
    files = [BundledFile(**file) for file in values["files"]]
    return Header(values["argv"], values["env"], files), _LENGTH.size + length
