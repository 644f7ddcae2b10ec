"""Each claim in a process of its own, since what is given up cannot be had back."""

from __future__ import annotations

import os
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

import stockade
from stockade.core.errors import SandboxError
from stockade.sandbox.cells.warden import identity
from stockade.sandbox.privileges import give_up_root, prepare_data_folder

pytestmark = [
    pytest.mark.skipif(os.geteuid() != 0, reason="there is no root to give up"),
    # The test runner's own thread; only the one that forks goes on in the child.
    pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning"),
]

CAPABILITY_SETS = ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")


def in_child(claim: Callable[[], None]) -> None:
    """Carry out the claim in a forked process; what it raises there fails the test here."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        with ExitStack() as leaving:
            # Whatever happens, the child must not go on as a second test session.
            leaving.callback(os._exit, 1)
            try:
                claim()
                os._exit(0)
            finally:
                os.write(writing, traceback.format_exc().encode()[-60_000:])
    os.close(writing)
    with os.fdopen(reading) as told:
        problem = told.read()
    _, status = os.waitpid(child, 0)
    assert status == 0, problem


@pytest.fixture
def closed(tmp_path: Path) -> Iterator[Path]:
    """A folder that only root may enter, below one that everybody may."""
    folder = tmp_path / "closed"
    folder.mkdir(mode=0o700)
    for name in ("needed", "secret"):
        (folder / name).mkdir()
        (folder / name / "file").write_text(name)
    ancestors = [each for each in folder.parents if each.stat().st_mode & 0o777 == 0o700]
    for ancestor in ancestors:
        ancestor.chmod(0o711)
    yield folder
    for ancestor in ancestors:
        ancestor.chmod(0o700)


def test_no_power_of_root_is_left() -> None:
    def claim() -> None:
        give_up_root()

        status = Path("/proc/self/status").read_text()
        told = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
        owner = str(identity.server_id())
        assert os.geteuid() != 0
        assert told["Uid"].split() == [owner] * 4
        assert told["Gid"].split() == [owner] * 4
        assert told["Groups"].split() == []
        assert told["NoNewPrivs"] == "1"
        for name in CAPABILITY_SETS:
            assert int(told[name], 16) == 0, name

    assert os.geteuid() == 0
    in_child(claim)
    assert os.geteuid() == 0


def test_what_only_root_may_read_cannot_be_read_any_more() -> None:
    def claim() -> None:
        assert Path("/etc/shadow").read_text()

        give_up_root()

        with pytest.raises(PermissionError):
            Path("/etc/shadow").read_text()

    in_child(claim)


def test_root_cannot_be_had_back() -> None:
    def claim() -> None:
        give_up_root()

        for become in (os.seteuid, os.setegid, os.setuid, os.setgid):
            with pytest.raises(PermissionError):
                become(0)
        with pytest.raises(PermissionError):
            os.setgroups([0])
        with pytest.raises(PermissionError):
            os.chroot("/")

    in_child(claim)


def test_a_needed_folder_below_a_closed_one_stays_in_reach_and_the_others_vanish(
    closed: Path,
) -> None:
    needed, secret = closed / "needed", closed / "secret"

    def claim() -> None:
        give_up_root((needed,))

        assert (needed / "file").read_text() == "needed"
        assert [each.name for each in closed.iterdir()] == ["needed"]
        assert not secret.exists()

    in_child(claim)
    assert (secret / "file").read_text() == "secret"


def test_without_a_word_about_it_a_closed_folder_stays_closed(closed: Path) -> None:
    def claim() -> None:
        give_up_root()

        with pytest.raises(PermissionError):
            (closed / "needed" / "file").read_text()

    in_child(claim)


def test_a_folder_within_a_needed_one_needs_no_place_of_its_own(closed: Path) -> None:
    inner = closed / "needed" / "inner"
    inner.mkdir()
    (inner / "file").write_text("inner")

    def claim() -> None:
        give_up_root((inner, closed / "needed"))

        assert (inner / "file").read_text() == "inner"
        assert (closed / "needed" / "file").read_text() == "needed"

    in_child(claim)


def test_a_needed_folder_within_a_needed_one_that_is_closed_stays_in_reach(closed: Path) -> None:
    def claim() -> None:
        give_up_root((closed / "needed", closed))

        assert (closed / "needed" / "file").read_text() == "needed"

    closed.parent.chmod(0o700)
    in_child(claim)


def test_what_is_needed_can_be_written_if_it_was_handed_over(closed: Path) -> None:
    folder = closed / "data"
    folder.mkdir(mode=0o700)

    def claim() -> None:
        prepare_data_folder(folder)
        give_up_root((folder,))

        (folder / "database").write_text("ours")

    in_child(claim)
    assert (folder / "database").read_text() == "ours"
    assert folder.stat().st_uid == identity.server_id()


def test_python_still_finds_its_modules_wherever_they_lie() -> None:
    def claim() -> None:
        give_up_root()

        for path in (stockade.__file__, os.__file__, pytest.__file__):
            assert Path(path).read_bytes()
        sys.modules.pop("this", None)
        assert __import__("wave")

    in_child(claim)


def test_the_mounts_of_everybody_else_are_left_as_they_were(closed: Path) -> None:
    before = Path("/proc/self/mountinfo").read_text()

    in_child(lambda: give_up_root((closed / "needed",)))

    assert Path("/proc/self/mountinfo").read_text() == before


def test_with_a_second_thread_root_is_not_given_up_by_halves() -> None:
    def claim() -> None:
        done = threading.Event()
        threading.Thread(target=done.wait).start()
        try:
            with pytest.raises(SandboxError, match="before the first thread"):
                give_up_root()
            assert os.geteuid() == 0
            assert Path("/etc/shadow").read_text()
        finally:
            done.set()

    in_child(claim)


def test_an_empty_folder_is_handed_over(tmp_path: Path) -> None:
    prepare_data_folder(tmp_path)

    owner = identity.server_id()
    assert (tmp_path.stat().st_uid, tmp_path.stat().st_gid) == (owner, owner)


def test_a_folder_that_is_the_servers_already_is_left_as_it_is(tmp_path: Path) -> None:
    prepare_data_folder(tmp_path)
    (tmp_path / "anything").write_text("root's own")

    prepare_data_folder(tmp_path)

    assert (tmp_path / "anything").stat().st_uid == 0


def test_somebody_elses_folder_is_not_taken_away_from_them(tmp_path: Path) -> None:
    (tmp_path / "thesis").write_text("mine")

    with pytest.raises(SandboxError, match=r"is not empty.*chown"):
        prepare_data_folder(tmp_path)

    assert tmp_path.stat().st_uid == 0
