"""What a cell opens of what a program left, and what it hands down to every program."""

from __future__ import annotations

import os
import socket
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from stockade.sandbox.cells.warden.cell import _open_regular

pytestmark = pytest.mark.anyio

Shell = Callable[..., Awaitable[str]]


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[int]:
    descriptor = os.open(tmp_path, os.O_RDONLY | os.O_DIRECTORY)
    yield descriptor
    os.close(descriptor)


def test_a_regular_file_is_opened(folder: int, tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"x")

    descriptor = _open_regular(folder, "f")

    assert descriptor is not None
    assert os.read(descriptor, 9) == b"x"
    os.close(descriptor)


def make_hard_link(path: Path) -> None:
    (path.parent / "other").write_bytes(b"x")
    path.hardlink_to(path.parent / "other")


def make_socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as sock:
        sock.bind(str(path))


@pytest.mark.parametrize(
    "make",
    [
        Path.mkdir,
        os.mkfifo,
        make_hard_link,
        make_socket,
        lambda path: path.symlink_to("/etc/passwd"),
        lambda path: None,
    ],
    ids=["folder", "fifo", "hard link", "socket", "link", "nothing"],
)
def test_nothing_else_is_opened_and_no_descriptor_left(
    folder: int, tmp_path: Path, make: Callable[[Path], None]
) -> None:
    make(tmp_path / "f")
    before = len(list(Path("/proc/self/fd").iterdir()))

    assert _open_regular(folder, "f") is None

    assert len(list(Path("/proc/self/fd").iterdir())) == before


async def test_no_signal_is_blocked_or_ignored(shell: Shell) -> None:
    said = await shell("exec grep -E '^Sig(Blk|Ign)' /proc/self/status")

    blocked, ignored = (int(line.split()[1], 16) for line in said.splitlines())
    # Two that libc keeps to itself are ignored in whatever posix_spawn starts.
    assert (blocked, ignored & ~(0b11 << 31)) == (0, 0)


async def test_the_file_mode_mask_is_the_usual_one(shell: Shell) -> None:
    assert (await shell("umask")).strip() == "0022"


async def test_ports_of_one_program_are_free_for_the_next(shell: Shell) -> None:
    script = (
        "/usr/bin/python3 -c '\n"
        "import socket\n"
        'server = socket.create_server(("127.0.0.1", 5000), reuse_port=False)\n'
        'client = socket.create_connection(("127.0.0.1", 5000))\n'
        "peer, _ = server.accept()\n"
        "peer.close(); client.close(); server.close()\n"
        'print("served")\''
    )

    # More boxes than slots, so that some follow another in the same cell.
    assert [await shell(script) for _ in range(4)] == ["served\n"] * 4
