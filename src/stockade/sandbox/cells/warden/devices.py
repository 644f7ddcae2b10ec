"""Device nodes of their own for every slot.

A lock on a file, and the news of its being opened, belong to the inode: were the host's own
/dev/null shown in every box, boxes could talk through it. Only root can make a node, and only a
file system of root's shows it; so the keeper makes them, in a mount namespace of its own, while it
still is that.
"""

from __future__ import annotations

import os
import stat

from stockade.sandbox.cells.warden import kernel

NAMES = ("full", "null", "random", "urandom", "zero")
# Covered for the keeper and all below it; none of them needs what the host has there.
_HOME = "/run"


def make_all(slots: int) -> None:
    """Make the nodes of every slot, where the host lets us; without, the host's own are shown."""
    try:
        _make_all(slots)
    except PermissionError:
        return


def _make_all(slots: int) -> None:
    kernel.unshare(kernel.CLONE_NEWNS)
    kernel.mount("none", "/", None, kernel.MS_REC | kernel.MS_PRIVATE)
    kernel.mount("devices", _HOME, "tmpfs", kernel.MS_NOSUID, "mode=755,size=1m")
    for slot in range(slots):
        _make(folder_of(slot))


def _make(folder: str) -> None:
    os.mkdir(folder)
    before = os.umask(0)
    for name in NAMES:
        device = os.stat(f"/dev/{name}").st_rdev
        os.mknod(f"{folder}/{name}", stat.S_IFCHR | 0o666, device)
    os.umask(before)


def folder_of(slot: int) -> str:
    """Where a slot's nodes are, in the keeper's mount namespace."""
    return f"{_HOME}/stockade-slot-{slot}"


def are_own(slot: int) -> bool:
    """Whether the slot has nodes of its own."""
    return os.path.exists(f"{folder_of(slot)}/{NAMES[-1]}")
