"""What we build on of cgroup v2, as far as the host has it: births, deaths, emptiness."""

from __future__ import annotations

import os
import select
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from stockade.sandbox.cells.warden import kernel
from stockade.sandbox.cells.warden.counters import flat_value, kill_all
from stockade.sandbox.cells.warden.groups import claim_groups
from stockade.sandbox.cells.warden.groups_v2 import SlotGroupV2
from stockade.sandbox.cells.warden.messages import Start

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can make control groups")

START = Start(
    slot=0,
    box=1,
    cpu_time_s=1.0,
    wall_time_s=5.0,
    memory_bytes=64 << 20,
    processes=4,
    cpus=0.5,
    collect=[],
)


def unified() -> Path | None:
    """Where the unified hierarchy is mounted, beside or instead of those of v1."""
    for line in Path("/proc/self/mountinfo").read_text().splitlines():
        if " - cgroup2 " in line:
            return Path(line.split()[4])
    return None


@pytest.fixture
def leaf() -> Iterator[Path]:
    root = unified()
    if root is None:
        pytest.skip("the host has no unified hierarchy")
    folder = root / f"stockade-test-{os.getpid()}"
    folder.mkdir()
    yield folder
    (folder / "cgroup.kill").write_text("1")
    folder.rmdir()


def born_in(folder: Path) -> tuple[kernel.Child, int]:
    """A waiting process, and what ends it when closed."""
    gate, opener = os.pipe()
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    child = kernel.clone(cgroup=descriptor)
    if child is None:
        os.close(opener)
        os.read(gate, 1)
        os._exit(0)
    os.close(gate)
    os.close(descriptor)
    return child, opener


def is_populated(folder: Path) -> bool:
    return flat_value((folder / "cgroup.events").read_text(), "populated") == 1


def test_a_child_is_born_into_its_group(leaf: Path) -> None:
    child, opener = born_in(leaf)

    assert (leaf / "cgroup.procs").read_text() == f"{int(child)}\n"
    assert is_populated(leaf)

    os.close(opener)
    assert os.waitpid(int(child), 0)[1] == 0
    assert not is_populated(leaf)
    os.close(child.pidfd)


def test_a_group_dies_at_one_word(leaf: Path) -> None:
    child, opener = born_in(leaf)

    (leaf / "cgroup.kill").write_text("1")

    assert select.select([child.pidfd], [], [], 30)[0]
    assert os.waitpid(int(child), 0)[1] == signal.SIGKILL
    assert kill_all(str(leaf))
    os.close(opener)
    os.close(child.pidfd)


def test_a_group_dies_process_by_process_too(leaf: Path) -> None:
    child, opener = born_in(leaf)

    assert not kill_all(str(leaf))

    assert os.waitpid(int(child), 0)[1] == signal.SIGKILL
    assert kill_all(str(leaf))
    os.close(opener)
    os.close(child.pidfd)


def test_a_place_that_is_no_group_takes_nobody(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="clone"):
        born_in(tmp_path)


@pytest.fixture
def group() -> Iterator[SlotGroupV2]:
    groups = claim_groups(1)
    if groups.version != 2:
        groups.remove()
        pytest.skip("the host limits by cgroup v1")
    slot = groups.slot(0)
    assert isinstance(slot, SlotGroupV2)
    yield slot
    groups.remove()


def test_a_box_has_a_leaf_of_its_own_with_its_limits(group: SlotGroupV2) -> None:
    leaf = Path(f"/proc/self/fd/{group.birth_folder}").readlink()

    group.open_box(START)

    assert (leaf / "memory.max").read_text() == f"{64 << 20}\n"
    assert (leaf / "pids.max").read_text() == "5\n"
    assert (leaf / "cpu.max").read_text() == "50000 100000\n"
    assert (leaf / "memory.oom.group").read_text() == "1\n"


def test_the_next_box_has_another_leaf_with_counters_at_nought(group: SlotGroupV2) -> None:
    before = Path(f"/proc/self/fd/{group.birth_folder}").readlink()
    group.open_box(START)
    group.close_box()

    group.tidy(0)

    assert Path(f"/proc/self/fd/{group.birth_folder}").readlink() != before
    assert not before.exists()
    assert group.is_quiet()
    assert group.cpu_ns() == 0
