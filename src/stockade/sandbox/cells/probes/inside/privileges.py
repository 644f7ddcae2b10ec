"""Being somebody: users, capabilities, and programs that make others of those who run them."""

from __future__ import annotations

import os
import socket
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from .raw import fate_of, prctl

_PR_GET_SECUREBITS = 27
_PR_SET_NO_NEW_PRIVS, _PR_GET_NO_NEW_PRIVS = 38, 39
_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE = 47, 2
# NOROOT and its lock, and the locks of NO_SETUID_FIXUP, KEEP_CAPS and NO_CAP_AMBIENT_RAISE.
_SECUREBITS = 0x01 | 0x02 | 0x08 | 0x20 | 0x80
# Below it are the ids of people and services.
_FIRST_UNUSED_ID = 100_000
_LAST_WELL_KNOWN_PORT = 1023


def user_namespace() -> Iterator[str]:
    """No uid or gid in here stands for root of the host."""
    for ids in ("uid_map", "gid_map"):
        for inside, outside, _ in _map(ids):
            if outside == 0:
                yield f"{ids}: {inside} stands for root of the host"


def own_ids() -> Iterator[str]:
    """The ids are nobody's on the host, few, and no other of them can be taken."""
    for ids in ("uid_map", "gid_map"):
        for inside, outside, count in _map(ids):
            if outside < _FIRST_UNUSED_ID or count > 1:
                yield f"{ids}: {count} ids from {inside} stand for {outside} and above"
    for inside, _, _ in _map("uid_map"):
        if inside != os.getuid() and _is_granted(partial(os.setuid, inside)):
            yield f"it became uid {inside}"
    if _is_granted(partial(os.setgroups, [0])):
        yield "it joined a group"


def _map(ids: str) -> Iterator[tuple[int, int, int]]:
    for line in Path("/proc/self", ids).read_text().splitlines():
        inside, outside, count = (int(word) for word in line.split())
        yield inside, outside, count


def _is_granted(request: Callable[[], None]) -> bool:
    """Whether something can be had, tried in a child."""

    def ask() -> int:
        try:
            request()
        except OSError:
            return 1
        return 0

    return fate_of(ask) == 0


def capabilities() -> Iterator[str]:
    """All five sets are empty, and what a capability would be good for is refused."""
    for name, value in _status():
        if name.startswith("Cap") and int(value, 16):
            yield f"{name} is {value}"
    if _is_granted(_bind_well_known_port):
        yield "it took a port below 1024"
    if prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE) == 0:
        yield "it raised an ambient capability"


def _status() -> Iterator[tuple[str, str]]:
    for line in Path("/proc/self/status").read_text().splitlines():
        name, _, value = line.partition(":\t")
        yield name, value


def _bind_well_known_port() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as sock:
        sock.bind(("127.0.0.1", _LAST_WELL_KNOWN_PORT))


def securebits() -> Iterator[str]:
    """Uid 0 would be nothing special at exec, and nobody can change that."""
    bits = prctl(_PR_GET_SECUREBITS)
    if bits & _SECUREBITS != _SECUREBITS:
        yield f"securebits are {bits:#x}"


def no_new_privileges() -> Iterator[str]:
    """The bit is set and cannot be taken back."""
    prctl(_PR_SET_NO_NEW_PRIVS, 0)
    if prctl(_PR_GET_NO_NEW_PRIVS) != 1:
        yield "an exec may grant privileges"


def set_uid() -> Iterator[str]:
    """No mount honours set-uid bits, and a set-uid program of the toolchains stays what we are."""
    for line in Path("/proc/self/mountinfo").read_text().splitlines():
        point, options = line.split()[4:6]
        if "nosuid" not in options.split(","):
            yield f"{point} honours set-uid bits"
    program = _set_uid_program()
    if program and _standing(sys.executable) and _standing(program) != str(os.getuid()):
        yield f"{program} ran with other rights than ours"


def _set_uid_program() -> str:
    for entry in sorted(Path("/usr/bin").iterdir()):
        mode = entry.lstat().st_mode
        if stat.S_ISREG(mode) and mode & stat.S_ISUID and os.access(entry, os.X_OK):
            return str(entry)
    return ""


def _standing(program: str) -> str:
    """The uid a program runs with. Its loader does not say it to one that gained privilege."""
    run = subprocess.run(  # noqa: S603 - the very thing to be tried
        [program, "--version"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        env={"LD_SHOW_AUXV": "1"},
        check=False,
    )
    lines = [line.partition(":") for line in run.stdout.decode(errors="replace").splitlines()]
    return next((value.strip() for name, _, value in lines if name == "AT_EUID"), "")
