"""Which control groups this host has, where ours go, and what an earlier warden left behind."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from stockade.sandbox.cells.warden import groups_v1, groups_v2
from stockade.sandbox.cells.warden.counters import kill_all
from stockade.sandbox.cells.warden.files import read_text, write_text
from stockade.sandbox.cells.warden.groups_v1 import SlotGroupV1
from stockade.sandbox.cells.warden.groups_v2 import SlotGroupV2, enable_controllers

SlotGroup = SlotGroupV1 | SlotGroupV2

_PREFIX = "stockade-"
_REAP_FOR_S = 5.0
_MOUNT_POINT, _SEPARATOR = 4, "-"


class GroupsMissing(Exception):
    """The host offers no control groups that we can use; the message says what is lacking."""


class Groups(NamedTuple):
    """Where this warden's groups are: a folder a controller (v1), or one for all (v2)."""

    version: int
    parents: Mapping[str, str]

    def slot(self, number: int) -> SlotGroup:
        """The groups of a slot, made if need be. Raises ``OSError``."""
        if self.version == 1:
            return SlotGroupV1(self.parents, number)
        return SlotGroupV2(self.parents["unified"], number)

    def clear(self) -> None:
        """Kill and remove whatever a warden left in them."""
        _remove_trees([f"{path}/{name}" for path in self._folders() for name in _folders_in(path)])

    def remove(self) -> None:
        """Take our folders away, and what is in them."""
        _remove_trees(self._folders())

    def _folders(self) -> list[str]:
        return list(set(self.parents.values()))


def claim_groups(slots: int) -> Groups:
    """Find the host's kind of groups, clear what dead wardens left, make our folders."""
    bases = _find_bases()
    _reap(set(bases.values()))
    name = f"{_PREFIX}{os.getpid()}-{_started_at(os.getpid())}"
    parents = {controller: f"{base}/{name}" for controller, base in bases.items()}
    for path in parents.values():
        os.makedirs(path, exist_ok=True)
    if "unified" in parents:
        enable_controllers(parents["unified"])
        return Groups(2, parents)
    write_text(f"{parents['cpu']}/cpu.shares", str(groups_v1.SHARES * slots))
    return Groups(1, parents)


def _find_bases() -> dict[str, str]:
    mounts = list(_mounts())
    for kind, _, point in mounts:
        if kind == "cgroup2" and _offers_all(point):
            return {"unified": point}
    found = {
        controller: f"{point}/{_own_group(controller)}".rstrip("/")
        for kind, options, point in mounts
        if kind == "cgroup"
        for controller in groups_v1.CONTROLLERS
        if controller in options
    }
    lacking = [name for name in groups_v1.CONTROLLERS if name not in found]
    if lacking:
        raise GroupsMissing(f"no usable control groups: {', '.join(lacking)} not mounted")
    return found


def _offers_all(point: str) -> bool:
    offered = read_text(f"{point}/cgroup.controllers").split()
    return set(groups_v2.CONTROLLERS) <= set(offered)


def _mounts() -> Iterator[tuple[str, set[str], str]]:
    """Kind, options and folder of every mounted hierarchy."""
    for line in read_text("/proc/self/mountinfo").splitlines():
        before, _, after = line.partition(f" {_SEPARATOR} ")
        kind, _, options = after.split(" ", 2)
        if kind in ("cgroup", "cgroup2"):
            yield kind, set(options.split(",")), before.split(" ")[_MOUNT_POINT]


def _own_group(controller: str) -> str:
    """Our own group in a v1 hierarchy, so that limits above us stay in force."""
    for line in read_text("/proc/self/cgroup").splitlines():
        _, controllers, path = line.split(":", 2)
        if controller in controllers.split(","):
            return path.lstrip("/")
    return ""


def _reap(bases: set[str]) -> None:
    """Kill and remove what wardens left that were killed before they could do it themselves."""
    names = [(base, name) for base in bases for name in _folders_in(base)]
    ours = [(base, name) for base, name in names if name.startswith(_PREFIX)]
    _remove_trees([f"{base}/{name}" for base, name in ours if not _has_owner(name)])


def _folders_in(path: str) -> list[str]:
    return [entry.name for entry in os.scandir(path) if entry.is_dir()]


def _remove_trees(groups: list[str]) -> None:
    deadline = time.monotonic() + _REAP_FOR_S
    left = groups
    while left and time.monotonic() < deadline:
        left = [group for group in left if not _remove_tree(group)]
        if left:
            time.sleep(0.01)


def _has_owner(name: str) -> bool:
    pid, _, started_at = name.removeprefix(_PREFIX).partition("-")
    return pid.isdecimal() and _started_at(int(pid)) == started_at


def _started_at(pid: int) -> str:
    """When a process started, in clock ticks since boot; tells it from a later one of its pid."""
    try:
        text = read_text(f"/proc/{pid}/stat")
    except (FileNotFoundError, ProcessLookupError):
        return ""
    # The command is in parentheses and may hold anything; the fields are counted behind it.
    return text.rpartition(")")[2].split()[19]


def _remove_tree(group: str) -> bool:
    try:
        for path, _, _ in os.walk(group, topdown=False):
            kill_all(path)
            os.rmdir(path)
    except FileNotFoundError:
        return True
    except OSError:  # EBUSY for some milliseconds after the last exit
        return False
    return True
