"""Who is who: the uids inside a cell, and the host uids they stand for.

Every slot has host uids of its own, so that what the kernel counts by uid (inotify, pending
signals, keys) is not shared between jobs that run at the same time. They are far above those of
people and services, and below 2**31, beyond which some tools miscount.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from stockade.sandbox.cells.warden import kernel

_CAP_CHOWN, _CAP_DAC_OVERRIDE, _CAP_KILL, _CAP_SETGID, _CAP_SETUID = 0, 1, 5, 6, 7
WARDEN_CAPABILITIES = frozenset({_CAP_CHOWN, _CAP_KILL, _CAP_SETGID, _CAP_SETUID})
# The root of a hierarchy is read-only even to its owner; the keeper makes one folder in it.
KEEPER_CAPABILITIES = WARDEN_CAPABILITIES | {_CAP_DAC_OVERRIDE}

CELL_ID = 0
INIT_ID = 1
PROGRAM_ID = 1000
# The program's place among the slot's host ids (the cell's is 0, init's is 1).
PROGRAM_OFFSET = 2

FIRST_HOST_ID = 1_900_000_000
_IDS_A_SLOT = 16
_SERVER_OFFSET = 8_000


def host_id(slot: int, offset: int) -> int:
    """The host's uid and gid for the slot's cell (0), init (1) or program (2)."""
    return FIRST_HOST_ID + slot * _IDS_A_SLOT + offset


def server_id() -> int:
    """The host's uid and gid that the server takes when it gives up root's."""
    return FIRST_HOST_ID - _SERVER_OFFSET


def map_ids(pid: int, slot: int) -> None:
    """Give the user namespace of process ``pid`` its three uids and gids."""
    lines = "".join(
        f"{inside} {host_id(slot, offset)} 1\n"
        for offset, inside in enumerate((CELL_ID, INIT_ID, PROGRAM_ID))
    )
    for file in ("uid_map", "gid_map"):
        descriptor = os.open(f"/proc/{pid}/{file}", os.O_WRONLY | os.O_CLOEXEC)
        try:
            # One write: the kernel takes a map whole, once, or not at all.
            os.write(descriptor, lines.encode())
        finally:
            os.close(descriptor)


@contextmanager
def owning(slot: int) -> Iterator[None]:
    """Be the slot's uid for a while: a user namespace that is made meanwhile belongs to it.

    What is used in a namespace is counted against its owner as well: were that root, all slots and
    the host's own services would share one quota (of inotify instances, say).
    """
    owner, before = host_id(slot, 0), kernel.read_standing()
    os.setegid(owner)
    os.seteuid(owner)
    # Without these, nobody could map its uids: the files for that in /proc would be root's.
    kernel.take_standing(before._replace(is_dumpable=True))
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)
        kernel.take_standing(before)


def give_pipes(pipes: Sequence[int], slot: int) -> bool:
    """Make the slot's program the owner of its pipes, so that it may open /dev/stdin again by name.

    Pipes only: a server that was taken over must not get the owner of a file changed. Returns
    whether they all were.
    """
    owner = host_id(slot, PROGRAM_OFFSET)
    if not all(os.readlink(f"/proc/self/fd/{pipe}").startswith("pipe:") for pipe in pipes):
        return False
    for pipe in pipes:
        os.fchown(pipe, owner, owner)
    return True


def become(identity: int) -> None:
    """Take this uid and gid of the namespace for good; leaving 0 drops all capabilities."""
    os.setresgid(identity, identity, identity)
    os.setresuid(identity, identity, identity)


def forget_groups() -> None:
    """Give up supplementary groups, for this process and all it forks."""
    os.setgroups([])


def narrow_for_good() -> None:
    """Let no capability come back by any exec below this process."""
    kernel.narrow_capabilities()
    kernel.lock_securebits()
