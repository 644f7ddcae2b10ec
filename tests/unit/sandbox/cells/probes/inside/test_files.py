"""Where the host's files are in reach, the probes of files find it out."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from stockade.sandbox.cells.probes.inside import files


def test_a_root_that_can_be_written_is_found_out(tmp_path: Path) -> None:
    assert files._can_make_file(str(tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_the_first_thing_said_of_the_hosts_root_is_that_it_can_be_written() -> None:
    if os.statvfs("/").f_flag & os.ST_RDONLY:
        pytest.skip("the tests run on a read-only root")

    assert next(files.read_only_root()) == "/ is not read-only"


def test_the_hosts_proc_is_found_out() -> None:
    found = set(files.masked_proc())

    assert {"there is /proc/meminfo", "/proc/sys can be reached"} <= found


def test_the_hosts_view_of_devices_is_found_out() -> None:
    assert list(files.no_sys()) == ["there is /sys"]


def test_a_sixth_device_is_found_out() -> None:
    assert "there is /dev/tty" in list(files.minimal_dev())


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make devices")
@pytest.mark.parametrize("kind", [stat.S_IFCHR, stat.S_IFBLK])
def test_a_device_that_can_be_made_is_found_out_and_taken_away(tmp_path: Path, kind: int) -> None:
    node = tmp_path / "node"

    assert files._can_make_node(node, kind)
    assert not node.exists()


def test_a_folder_is_empty_again_after_it_was_filled(tmp_path: Path) -> None:
    assert files._files_until_full(str(tmp_path), b"x", 3) == 3
    assert list(tmp_path.iterdir()) == []
