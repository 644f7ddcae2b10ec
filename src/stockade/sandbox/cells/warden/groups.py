"""Which control groups this host has, where ours go, and what an earlier warden left behind."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from stockade.sandbox.cells.warden import groups_v1, groups_v2
from stockade.sandbox.cells.warden.counters import kill_all
from stockade.sandbox.cells.warden.groups_v1 import SlotGroupV1
from stockade.sandbox.cells.warden.groups_v2 import SlotGroupV2, enable_controllers

SlotGroup = SlotGroupV1 | SlotGroupV2

_PREFIX = "stockade-"
_REAP_FOR_S = 5.0
_MOUNT_POINT, _SEPARATOR = 4, "-"


class GroupsMissing(Exception):
    """The host offers no control groups that we can use; the message says what is lacking."""


@dataclass(frozen=True)
class Groups:
    """Where this warden's groups are: a folder a controller (v1), or one for all (v2)."""

    version: int
    parents: Mapping[str, Path]

    def slot(self, number: int) -> SlotGroup:
        """The groups of a slot, made if need be. Raises ``OSError``."""
        if self.version == 1:
            return SlotGroupV1(self.parents, number)
        return SlotGroupV2(self.parents["unified"], number)

    def clear(self) -> None:
        """Kill and remove whatever a warden left in them."""
        _remove_trees([slot for path in set(self.parents.values()) for slot in path.glob("slot-*")])

    def remove(self) -> None:
        """Take our folders away, and what is in them."""
        _remove_trees(list(set(self.parents.values())))


def claim_groups(slots: int) -> Groups:
    """Find the host's kind of groups, clear what dead wardens left, make our folders."""
    bases = _find_bases()
    _reap(set(bases.values()))
    name = f"{_PREFIX}{os.getpid()}-{_started_at(os.getpid())}"
    parents = {controller: base / name for controller, base in bases.items()}
    for path in parents.values():
        path.mkdir(exist_ok=True)
    if "unified" in parents:
        enable_controllers(parents["unified"])
        return Groups(2, parents)
    (parents["cpu"] / "cpu.shares").write_text(str(groups_v1.SHARES * slots))
    return Groups(1, parents)


def _find_bases() -> dict[str, Path]:
    mounts = list(_mounts())
    for kind, _, point in mounts:
        controllers = point / "cgroup.controllers"
        if kind == "cgroup2" and set(groups_v2.CONTROLLERS) <= set(controllers.read_text().split()):
            return {"unified": point}
    found = {
        controller: point / _own_group(controller)
        for kind, options, point in mounts
        if kind == "cgroup"
        for controller in groups_v1.CONTROLLERS
        if controller in options
    }
    lacking = [name for name in groups_v1.CONTROLLERS if name not in found]
    if lacking:
        raise GroupsMissing(f"no usable control groups: {', '.join(lacking)} not mounted")
    return found


def _mounts() -> Iterator[tuple[str, set[str], Path]]:
    for line in Path("/proc/self/mountinfo").read_text().splitlines():
        before, _, after = line.partition(f" {_SEPARATOR} ")
        kind, _, options = after.split(" ", 2)
        if kind in ("cgroup", "cgroup2"):
            yield kind, set(options.split(",")), Path(before.split(" ")[_MOUNT_POINT])


def _own_group(controller: str) -> str:
    """Our own group in a v1 hierarchy, so that limits above us stay in force."""
    for line in Path("/proc/self/cgroup").read_text().splitlines():
        _, controllers, path = line.split(":", 2)
        if controller in controllers.split(","):
            return path.lstrip("/")
    return ""


def _reap(bases: set[Path]) -> None:
    """Kill and remove what wardens left that were killed before they could do it themselves."""
    groups = [group for base in bases for group in base.glob(f"{_PREFIX}*")]
    _remove_trees([group for group in groups if not _has_owner(group)])


def _remove_trees(groups: list[Path]) -> None:
    deadline = time.monotonic() + _REAP_FOR_S
    left = groups
    while left and time.monotonic() < deadline:
        left = [group for group in left if not _remove_tree(group)]
        if left:
            time.sleep(0.01)


def _has_owner(group: Path) -> bool:
    pid, _, started_at = group.name.removeprefix(_PREFIX).partition("-")
    return pid.isdecimal() and _started_at(int(pid)) == started_at


def _started_at(pid: int) -> str:
    """When a process started, in clock ticks since boot; tells it from a later one of its pid."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""
    # The command is in parentheses and may hold anything; the fields are counted behind it.
    return text.rpartition(")")[2].split()[19]


def _remove_tree(group: Path) -> bool:
    try:
        for path, _, _ in os.walk(group, topdown=False):
            kill_all(Path(path))
            Path(path).rmdir()
    except FileNotFoundError:
        return True
    except OSError:  # EBUSY for some milliseconds after the last exit
        return False
    return True
