"""Files: what there is of the host's, what can be written, and how much."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

# The server holds a lock on this file of the host while the probes run.
LOCKED_FILE = "/usr/bin/env"
LOCKED_DEVICE = "/dev/null"
# What the table gives the probe that fills everything.
FILE_BYTES = 4 << 20
MEMORY_BYTES = 96 << 20

_READ_ONLY = ("/", "/usr", "/usr/bin", "/bin", "/lib", "/etc", "/dev", "/run", "/var", "/program")
# What the places of the box's own that can be written may hold: bytes, and files.
_WRITABLE = {
    "/workspace": (FILE_BYTES, FILE_BYTES // 4096),
    "/tmp": (FILE_BYTES, FILE_BYTES // 4096),  # noqa: S108 - the box's own
    "/dev/shm": (MEMORY_BYTES // 2, 4096),  # noqa: S108 - the same
}
_HOSTS_OWN = (
    "/boot",
    "/etc/group-",
    "/etc/machine-id",
    "/etc/resolv.conf",
    "/etc/shadow",
    "/etc/ssh",
    "/home",
    "/media",
    "/mnt",
    "/opt",
    "/root",
    "/srv",
    "/var/lib",
    "/var/log",
    "/var/run",
)
_PROC_LINKS = {"self", "thread-self"}
_SECRETS = ("kallsyms", "kcore", "keys", "kmsg", "mounts", "net", "sys", "sysrq-trigger", "version")
_DEVICES = {"full", "null", "random", "urandom", "zero"}
_OTHER_DEVICES = {"fd", "shm", "stderr", "stdin", "stdout"}
_MIB = bytes(1 << 20)


def read_only_root() -> Iterator[str]:
    """Every folder but the box's own is read-only, and none is the host's."""
    for place in _READ_ONLY:
        if os.statvfs(place).f_flag & os.ST_RDONLY == 0:
            yield f"{place} is not read-only"
        if _can_make_file(place):
            yield f"a file can be made in {place}"
    for place in _HOSTS_OWN:
        if os.path.lexists(place):
            yield f"there is {place}"
    if not Path("/").samefile("/.."):
        yield "there is something above the root"


def _can_make_file(folder: str) -> bool:
    # One without a name, so that nothing is left where it can be made.
    try:
        os.close(os.open(folder, os.O_TMPFILE | os.O_WRONLY))
    except OSError:
        return False
    return True


def masked_proc() -> Iterator[str]:
    """Of /proc there are our own processes, and nothing of the kernel."""
    for entry in Path("/proc").iterdir():
        if not entry.name.isdecimal() and entry.name not in _PROC_LINKS:
            yield f"there is {entry}"
    # What is not listed might be there all the same.
    for name in _SECRETS:
        if Path("/proc", name).exists():
            yield f"/proc/{name} can be reached"


def no_sys() -> Iterator[str]:
    """There is no view of the host's devices and kernel objects."""
    if os.path.lexists("/sys"):
        yield "there is /sys"


def minimal_dev() -> Iterator[str]:
    """There are five devices, all harmless."""
    for entry in Path("/dev").iterdir():
        if entry.name not in _DEVICES | _OTHER_DEVICES:
            yield f"there is {entry}"
    for name in _DEVICES:
        if _changes_mode(f"/dev/{name}"):
            yield f"the mode of /dev/{name} can be changed"


def _changes_mode(path: str) -> bool:
    try:
        Path(path).chmod(stat.S_IMODE(Path(path).stat().st_mode))
    except OSError:
        return False
    return True


def no_device_nodes() -> Iterator[str]:
    """Devices cannot be made, and would not work in a place that can be written."""
    for place in _WRITABLE:
        if os.statvfs(place).f_flag & os.ST_NODEV == 0:
            yield f"devices work in {place}"
        for kind in (stat.S_IFCHR, stat.S_IFBLK):
            if _can_make_node(Path(place, f"node-{os.getpid()}"), kind):
                yield f"a device can be made in {place}"


def _can_make_node(node: Path, kind: int) -> bool:
    try:
        os.mknod(node, kind | 0o600, os.makedev(1, 1))
    except OSError:
        return False
    node.unlink()
    return True


def own_inodes() -> Iterator[str]:
    """A lock that the host holds on a file of its toolchains is not seen here."""
    yield from _seen_lock(LOCKED_FILE)


def own_devices() -> Iterator[str]:
    """A lock that the host holds on a device is not seen here."""
    yield from _seen_lock(LOCKED_DEVICE)


def _seen_lock(path: str) -> Iterator[str]:
    with open(path, "rb") as file:  # noqa: PTH123 - a lock needs the descriptor
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield f"the host's lock on {path} is seen"


def bounded_bytes() -> Iterator[str]:
    """Each writable place holds so many bytes and no more."""
    for place, (most_bytes, _) in _WRITABLE.items():
        # A quarter too much: more would meet the box's memory limit first.
        count = _files_until_full(place, _MIB, most_bytes * 5 // 4 // len(_MIB))
        if count * len(_MIB) > most_bytes:
            yield f"{place} took {count} MiB"


def bounded_inodes() -> Iterator[str]:
    """Each writable place holds so many files and no more, be they ever so empty."""
    for place, (_, most_files) in _WRITABLE.items():
        count = _files_until_full(place, b"", 2 * most_files)
        if count > most_files:
            yield f"{place} took {count} files"


def _files_until_full(place: str, content: bytes, tries: int) -> int:
    """How many files with this content a place takes; it is empty again afterwards."""
    folder = Path(place, "filling")
    folder.mkdir()
    count = 0
    try:
        while count < tries:
            (folder / str(count)).write_bytes(content)
            count += 1
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
    shutil.rmtree(folder)
    return count
