"""The system calls that Python does not offer do what they say, or say what is wrong."""

from __future__ import annotations

import errno
import os
import select
import signal
import socket
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from stockade.sandbox.cells.warden import kernel

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root may do this")


def in_child(action: Callable[[], int], flags: int = 0) -> int:
    """The wait status of a child, made by our own clone, that exits with what the action says."""
    child = kernel.clone(flags)
    if child is None:
        code = 255
        try:
            code = action()
        finally:
            os._exit(code)
    os.close(child.pidfd)
    return os.waitpid(int(child), 0)[1]


def exit_code_of(action: Callable[[], int], flags: int = 0) -> int:
    return os.waitstatus_to_exitcode(in_child(action, flags))


# Children


def test_a_child_is_its_own_process_with_its_parent_known() -> None:
    parent = os.getpid()

    assert exit_code_of(lambda: 0 if os.getppid() == parent != os.getpid() else 1) == 0


def test_a_pidfd_becomes_readable_when_the_child_is_dead() -> None:
    gate, opener = os.pipe()
    child = kernel.clone()
    if child is None:
        os.close(opener)
        os.read(gate, 1)
        os._exit(7)
    os.close(gate)

    before = select.select([child.pidfd], [], [], 0)[0]
    os.close(opener)
    after = select.select([child.pidfd], [], [], 30)[0]

    assert (before, after) == ([], [child.pidfd])
    assert os.waitstatus_to_exitcode(os.waitpid(int(child), 0)[1]) == 7
    os.close(child.pidfd)


@needs_root
def test_a_child_of_a_new_pid_namespace_is_its_first_process() -> None:
    assert exit_code_of(os.getpid, kernel.CLONE_NEWPID) == 1


@needs_root
def test_a_child_may_leave_for_new_namespaces() -> None:
    def rename() -> int:
        kernel.unshare(kernel.CLONE_NEWUTS)
        socket.sethostname("elsewhere")
        return 0 if socket.gethostname() == "elsewhere" else 1

    before = socket.gethostname()

    assert exit_code_of(rename) == 0
    assert socket.gethostname() == before


def test_a_failure_is_an_error_with_its_number() -> None:
    with pytest.raises(OSError, match="unshare") as caught:
        kernel.unshare(1)
    assert caught.value.errno == errno.EINVAL


@pytest.mark.parametrize("signal_", [signal.SIGKILL, signal.SIGTERM])
def test_a_child_dies_with_its_parent(signal_: int) -> None:
    told, tell = os.pipe()

    def parent() -> int:
        grandchild = kernel.clone()
        if grandchild is None:
            kernel.set_parent_death_signal(signal_)
            os.write(tell, b"x")
            signal.pause()
        os.read(told, 1)
        os.write(tell, int(grandchild or 0).to_bytes(4, "little"))
        return 0

    assert exit_code_of(parent) == 0
    pid = int.from_bytes(os.read(told, 4), "little")
    for descriptor in (told, tell):
        os.close(descriptor)
    assert is_dead_soon(pid)


def is_dead_soon(pid: int) -> bool:
    try:
        pidfd = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    dead = bool(select.select([pidfd], [], [], 30)[0])
    os.close(pidfd)
    return dead


# Giving up


@needs_root
def test_what_is_not_dumpable_belongs_to_root_of_the_host_alone() -> None:
    def owners() -> int:
        os.setresuid(1000, 1000, 1000)
        memory = Path("/proc/self/mem")
        kernel.forbid_dumping()
        hidden = memory.stat().st_uid
        kernel.allow_dumping()
        return 0 if (hidden, memory.stat().st_uid) == (0, 1000) else 1

    assert exit_code_of(owners) == 0


def test_new_privileges_are_forbidden_for_good() -> None:
    def status() -> int:
        kernel.forbid_new_privileges()
        return 0 if "NoNewPrivs:\t1" in Path("/proc/self/status").read_text() else 1

    assert exit_code_of(status) == 0


@needs_root
@pytest.mark.parametrize("keep", [frozenset(), frozenset({0, 5}), frozenset({39})])
def test_no_capability_is_left_but_those_that_are_kept(keep: frozenset[int]) -> None:
    def are_kept() -> int:
        kernel.narrow_capabilities(keep)
        kernel.set_capabilities(keep)
        return 0 if capabilities() == dict.fromkeys(("Prm", "Eff", "Bnd"), keep) else 1

    assert exit_code_of(are_kept) == 0


def capabilities() -> dict[str, frozenset[int]]:
    """Permitted, effective and bounding sets; inheritable and ambient ones if there are any."""
    lines = Path("/proc/self/status").read_text().splitlines()
    sets = {line[3:6]: int(line.split()[1], 16) for line in lines if line.startswith("Cap")}
    named = {
        name: frozenset(number for number in range(64) if bits >> number & 1)
        for name, bits in sets.items()
    }
    return {name: set_ for name, set_ in named.items() if set_ or name in ("Prm", "Eff", "Bnd")}


@needs_root
def test_locked_securebits_cannot_be_changed_again() -> None:
    def lock_twice() -> int:
        kernel.lock_securebits()
        kernel.narrow_capabilities()
        kernel.set_capabilities()
        try:
            kernel.lock_securebits()
        except PermissionError:
            return 0
        return 1

    assert exit_code_of(lock_twice) == 0


def test_closing_from_a_descriptor_leaves_those_below() -> None:
    def close() -> int:
        low = os.dup2(0, 50)
        os.dup2(0, 60)
        kernel.close_from(51)
        os.fstat(low)
        try:
            os.fstat(60)
        except OSError:
            return 0
        return 1

    assert exit_code_of(close) == 0


# Opening what a program may have made


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[int]:
    (tmp_path / "workspace/sub").mkdir(parents=True)
    (tmp_path / "workspace/file").write_bytes(b"x")
    (tmp_path / "workspace/sub/file").write_bytes(b"y")
    (tmp_path / "secret").write_bytes(b"z")
    descriptor = os.open(tmp_path / "workspace", os.O_RDONLY | os.O_DIRECTORY)
    yield descriptor
    os.close(descriptor)


def opened(folder: int, name: str) -> bytes:
    descriptor = kernel.open_beneath(folder, name, os.O_RDONLY | os.O_NONBLOCK)
    try:
        return os.read(descriptor, 10)
    finally:
        os.close(descriptor)


@pytest.mark.parametrize(
    ("name", "content"),
    [("file", b"x"), ("sub/file", b"y"), ("./sub//file", b"y"), ("sub/../file", b"x")],
)
def test_what_is_beneath_is_opened(folder: int, name: str, content: bytes) -> None:
    assert opened(folder, name) == content


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("../secret", errno.EXDEV),
        ("sub/../../secret", errno.EXDEV),
        ("..", errno.EXDEV),
        ("/etc/passwd", errno.EXDEV),
        ("none", errno.ENOENT),
        ("file/x", errno.ENOTDIR),
        ("", errno.ENOENT),
        ("x" * 300, errno.ENAMETOOLONG),
    ],
)
def test_what_is_not_beneath_is_not_opened(folder: int, name: str, code: int) -> None:
    with pytest.raises(OSError, match="openat2") as caught:
        opened(folder, name)
    assert caught.value.errno == code


@pytest.mark.parametrize(
    ("target", "name"),
    [
        ("../secret", "link"),
        ("/etc/passwd", "link"),
        ("file", "link"),
        ("link", "link"),
        ("..", "link/secret"),
        ("sub", "link/file"),
        ("/proc/self/root", "link/etc/passwd"),
        ("/proc/self/fd/0", "link"),
    ],
)
def test_no_link_is_followed_anywhere(folder: int, tmp_path: Path, target: str, name: str) -> None:
    (tmp_path / "workspace/link").symlink_to(target)

    with pytest.raises(OSError, match="openat2") as caught:
        opened(folder, name)
    assert caught.value.errno == errno.ELOOP


def test_a_fifo_does_not_hold_up(folder: int, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "workspace/fifo")

    descriptor = kernel.open_beneath(folder, "fifo", os.O_RDONLY | os.O_NONBLOCK)

    assert stat.S_ISFIFO(os.fstat(descriptor).st_mode)
    os.close(descriptor)


def test_another_file_system_is_not_entered() -> None:
    root = os.open("/", os.O_RDONLY | os.O_DIRECTORY)

    with pytest.raises(OSError, match="openat2") as caught:
        opened(root, "proc/version")

    assert caught.value.errno == errno.EXDEV
    os.close(root)


def test_what_is_opened_is_closed_by_any_exec(folder: int) -> None:
    descriptor = kernel.open_beneath(folder, "file", os.O_RDONLY)

    assert not os.get_inheritable(descriptor)
    os.close(descriptor)
