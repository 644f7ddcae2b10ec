"""One page that a box's two processes of ours share, and that exec takes from the program.

The process that becomes the program notes in it when it did so; init reads that when the program
is dead. A message would do as well, but would wake the warden in the middle of every job.
"""

from __future__ import annotations

import struct
from mmap import mmap
from typing import NamedTuple

_LAYOUT = struct.Struct("<QQ")
_PAGE = 4096


class Beginning(NamedTuple):
    """When the program was started (CLOCK_MONOTONIC), and the CPU time that preparing it took."""

    at_ns: int
    overhead_ns: int


def make() -> mmap:
    """A page of zeros, shared with every process that is forked from now on."""
    return mmap(-1, _PAGE)


def write(page: mmap, beginning: Beginning) -> None:
    """Note a beginning."""
    _LAYOUT.pack_into(page, 0, *beginning)


def read(page: mmap) -> Beginning:
    """The last beginning that was noted."""
    return Beginning(*_LAYOUT.unpack_from(page, 0))
