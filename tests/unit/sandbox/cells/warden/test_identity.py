"""Who is who on the host: nobody twice, and nobody of the host's."""

from __future__ import annotations

import os
import pwd
from pathlib import Path

import pytest

from stockade.sandbox.cells.warden import identity, kernel

SLOTS = range(512)
OFFSETS = (0, 1, identity.PROGRAM_OFFSET)


def test_no_two_have_the_same_host_id() -> None:
    ids = [identity.host_id(slot, offset) for slot in SLOTS for offset in OFFSETS]

    assert len({*ids, identity.server_id()}) == len(ids) + 1


def test_host_ids_are_nobodys_and_of_a_size_that_tools_can_count() -> None:
    ids = {identity.host_id(slot, offset) for slot in SLOTS for offset in OFFSETS}

    assert max(ids) < 2**31
    assert not ids & {entry.pw_uid for entry in pwd.getpwall()}
    # Nor those of the container engines' and users' own ranges.
    assert min(*ids, identity.server_id()) > 1_000_000_000


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may map several ids")
def test_a_namespace_gets_three_ids_and_root_of_the_host_is_none_of_them() -> None:
    child = stopped_child()
    try:
        identity.map_ids(child, 5)

        for ids in ("uid_map", "gid_map"):
            with open(f"/proc/{int(child)}/{ids}", encoding="ascii") as file:  # noqa: PTH123
                lines = [[int(word) for word in line.split()] for line in file]
            assert lines == [
                [identity.CELL_ID, identity.host_id(5, 0), 1],
                [identity.INIT_ID, identity.host_id(5, 1), 1],
                [identity.PROGRAM_ID, identity.host_id(5, identity.PROGRAM_OFFSET), 1],
            ]
    finally:
        end(child)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may map several ids")
def test_a_map_is_written_once() -> None:
    child = stopped_child()
    try:
        identity.map_ids(child, 5)

        with pytest.raises(PermissionError):
            identity.map_ids(child, 6)
    finally:
        end(child)


def stopped_child() -> kernel.Child:
    """A process in a user namespace of its own, which waits to be killed."""
    gate, opener = os.pipe()
    child = kernel.clone(kernel.CLONE_NEWUSER)
    if child is None:
        os.close(opener)
        os.read(gate, 1)
        os._exit(0)
    os.close(gate)
    _OPENERS[int(child)] = opener
    return child


_OPENERS: dict[int, int] = {}


def end(child: kernel.Child) -> None:
    os.close(_OPENERS.pop(int(child)))
    os.close(child.pidfd)
    os.waitpid(int(child), 0)


def test_only_pipes_change_their_owner(tmp_path: Path) -> None:
    mine = tmp_path / "passwd"
    mine.write_text("root")
    stream = os.open(mine, os.O_RDONLY)
    reader, writer = os.pipe()

    assert not identity.give_pipes([reader, stream], 3)
    assert os.fstat(reader).st_uid == os.getuid()
    assert identity.give_pipes([reader, writer], 3)

    owner = identity.host_id(3, identity.PROGRAM_OFFSET)
    assert (mine.stat().st_uid, mine.stat().st_gid) == (os.getuid(), os.getgid())
    assert (os.fstat(writer).st_uid, os.fstat(writer).st_gid) == (owner, owner)
    for descriptor in (stream, reader, writer):
        os.close(descriptor)
