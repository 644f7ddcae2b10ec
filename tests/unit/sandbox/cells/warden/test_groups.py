"""Where our groups are on this host, and what is cleared away before and after."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from stockade.sandbox.cells.warden.groups import Groups, claim_groups

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can make control groups")


@pytest.fixture
def groups() -> Iterator[Groups]:
    claimed = claim_groups(2)
    yield claimed
    claimed.remove()


def folders_of(groups: Groups) -> list[Path]:
    return [Path(path) for path in groups.parents.values()]


def start_in(folders: list[Path]) -> subprocess.Popen[bytes]:
    """A process in all of these groups."""
    process = subprocess.Popen(["/bin/sleep", "300"])
    for folder in folders:
        (folder / "cgroup.procs").write_text(str(process.pid))
    return process


def started_at(pid: int) -> str:
    """The 22nd field of its status, counted behind the command."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]


def test_every_controller_that_limits_has_a_folder_named_after_this_process(groups: Groups) -> None:
    wanted = {"memory", "cpu", "cpuacct", "pids"} if groups.version == 1 else {"unified"}

    assert set(groups.parents) == wanted
    for folder in folders_of(groups):
        assert folder.is_dir()
        assert folder.name.startswith(f"stockade-{os.getpid()}-")


def test_what_a_warden_leaves_is_killed_and_removed_but_the_folders_stay(groups: Groups) -> None:
    inner = [folder / "slot-0" for folder in folders_of(groups)]
    for folder in inner:
        folder.mkdir()
    process = start_in(inner)

    groups.clear()

    assert process.wait(30) == -signal.SIGKILL
    assert not any(folder.exists() for folder in inner)
    assert all(folder.exists() for folder in folders_of(groups))


def test_removing_takes_processes_and_folders_of_any_depth_away() -> None:
    groups = claim_groups(1)
    deep = [folder / "slot-0" / "box-1" for folder in folders_of(groups)]
    for folder in deep:
        folder.mkdir(parents=True)
    process = start_in(deep)

    groups.remove()

    assert process.wait(30) == -signal.SIGKILL
    assert not any(folder.exists() for folder in folders_of(groups))


def test_what_a_dead_keeper_left_is_reaped_by_the_next(groups: Groups) -> None:
    # It lives until all is in place: whoever claims groups on this host clears up after the dead.
    keeper = subprocess.Popen(["/bin/sleep", "300"])
    name = f"stockade-{keeper.pid}-{started_at(keeper.pid)}"
    left = [folder.parent / name / "slot-0" for folder in folders_of(groups)]
    for folder in left:
        folder.mkdir(parents=True)
    process = start_in(left)

    keeper.kill()
    keeper.wait()
    claim_groups(2)

    assert process.wait(30) == -signal.SIGKILL
    assert not any(folder.parent.exists() for folder in left)


def test_what_belongs_to_a_living_keeper_is_left_alone(groups: Groups) -> None:
    process = start_in(folders_of(groups))

    claim_groups(2)

    assert process.poll() is None
    process.kill()
    process.wait()


def test_a_later_process_of_the_same_pid_is_not_the_owner(groups: Groups) -> None:
    # Process 1 lives, but has not started at the tick that this name tells.
    left = [folder.parent / "stockade-1-99999999999" for folder in folders_of(groups)]
    for folder in left:
        folder.mkdir()

    claim_groups(2)

    assert not any(folder.exists() for folder in left)


def test_groups_of_others_are_left_alone(groups: Groups) -> None:
    other = folders_of(groups)[0].parent / "not-of-stockade"
    other.mkdir()

    claim_groups(2)

    assert other.exists()
    other.rmdir()
