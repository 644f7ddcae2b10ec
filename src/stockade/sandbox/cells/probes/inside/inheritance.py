"""What a program is born with: descriptors, variables, a session."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

_STREAMS = {0, 1, 2}
_ENOUGH = 1024
# Fields of /proc/self/stat, counted behind the command.
_TTY = 4


def descriptors() -> Iterator[str]:
    """There are three descriptors, each a pipe of its own."""
    found = {number for number in range(_ENOUGH) if _is_open(number)}
    if found != _STREAMS:
        yield f"the open descriptors are {sorted(found)}"
    streams = [os.fstat(number) for number in _STREAMS & found]
    if not all(stat.S_ISFIFO(status.st_mode) for status in streams):
        yield "a standard stream is no pipe"
    if len({status.st_ino for status in streams}) < len(streams):
        yield "two standard streams are one"


def _is_open(number: int) -> bool:
    try:
        os.fstat(number)
    except OSError:
        return False
    return True


def environment() -> Iterator[str]:
    """No variable came from anywhere."""
    # As it was at exec: Python adds some of its own.
    words = Path("/proc/self/environ").read_bytes().split(b"\0")
    for word in filter(None, words):
        yield f"there is a variable {word.partition(b'=')[0].decode(errors='replace')}"


def session() -> Iterator[str]:
    """The session is its own and has no terminal to push input into."""
    if os.getsid(0) != os.getpid():
        yield f"it belongs to session {os.getsid(0)}"
    fields = Path("/proc/self/stat").read_text().rpartition(")")[2].split()
    if fields[_TTY] != "0":
        yield f"its terminal is device {fields[_TTY]}"
    if Path("/dev/tty").exists():
        yield "there is /dev/tty"
