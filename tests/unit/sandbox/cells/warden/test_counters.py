"""Reading what the kernel counts, and killing by group."""

from __future__ import annotations

from pathlib import Path

import pytest

from stockade.sandbox.cells.warden.counters import ControlFile, flat_value, kill_all

STAT = "usage_usec 123456\nuser_usec 1\nusage 7\n"


@pytest.mark.parametrize(
    ("key", "value"), [("usage_usec", 123456), ("user_usec", 1), ("usage", 7), ("missing", 0)]
)
def test_a_value_is_found_by_its_whole_name(key: str, value: int) -> None:
    assert flat_value(STAT, key) == value


def test_in_an_empty_file_every_value_is_nought() -> None:
    assert flat_value("", "oom_kill") == 0


def test_a_control_file_is_read_anew_each_time(tmp_path: Path) -> None:
    path = tmp_path / "memory.peak"
    path.write_text("5\n")
    file = ControlFile(str(path), writable=True)

    first = file.read_int()
    path.write_text("600\n")

    assert (first, file.read_int(), file.read()) == (5, 600, "600\n")
    file.write(7)
    assert path.read_text().startswith("7")
    file.close()


def test_a_control_file_that_is_only_read_cannot_be_written(tmp_path: Path) -> None:
    path = tmp_path / "cpuacct.usage"
    path.write_text("5\n")
    file = ControlFile(str(path))

    with pytest.raises(OSError, match="Bad file descriptor"):
        file.write(0)
    file.close()


def test_a_group_without_processes_is_empty(tmp_path: Path) -> None:
    (tmp_path / "cgroup.procs").write_text("")

    assert kill_all(str(tmp_path))


def test_a_group_with_a_process_we_cannot_name_is_not_empty(tmp_path: Path) -> None:
    (tmp_path / "cgroup.procs").write_text("0\n")

    assert not kill_all(str(tmp_path))
