"""The root that programs see: made from nothing, the host's toolchains read-only in it.

Built once a cell, by the cell, inside its own user and mount namespaces. ``/usr`` is an overlay of
its own a cell, so that a lock on one of its files is not seen by the next slot. What a box adds
(workspace, /tmp, /dev/shm, /proc) init mounts freshly for every step.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from stockade.sandbox.cells.warden import kernel
from stockade.sandbox.cells.warden.identity import INIT_ID, PROGRAM_ID

WORKSPACE = "/workspace"
PROGRAM = "/program"
HOSTNAME = "stockade"

# Where the new root is put together; in the cell's own mount namespace, seen by nobody else.
_STAGING = Path("/mnt")
_EMPTY_FOLDERS = ("dev/shm", "etc", "proc", "program", "run", "tmp", "usr", "var", "workspace")
_MERGED = ("bin", "sbin", "lib", "lib32", "lib64", "libx32")
_DEVICES = ("full", "null", "random", "urandom", "zero")
_DEVICE_LINKS = {
    "fd": "/proc/self/fd",
    "stdin": "/proc/self/fd/0",
    "stdout": "/proc/self/fd/1",
    "stderr": "/proc/self/fd/2",
}
# What toolchains look up in /etc; nothing else of the host's configuration is shown.
_ETC_COPIED = ("alternatives", "ld.so.cache", "ld.so.conf", "ld.so.conf.d", "localtime")
_ETC_COPIED_PATTERNS = ("java-*", "python3*")
_ETC_WRITTEN = {
    "passwd": (
        "root:x:0:0:root:/:/usr/sbin/nologin\n"
        f"init:x:{INIT_ID}:{INIT_ID}:init:/:/usr/sbin/nologin\n"
        f"program:x:{PROGRAM_ID}:{PROGRAM_ID}:program:{WORKSPACE}:/bin/sh\n"
        "nobody:x:65534:65534:nobody:/:/usr/sbin/nologin\n"
    ),
    "group": f"root:x:0:\ninit:x:{INIT_ID}:\nprogram:x:{PROGRAM_ID}:\nnogroup:x:65534:\n",
    "hosts": f"127.0.0.1 localhost {HOSTNAME}\n::1 localhost\n",
    "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
    "hostname": f"{HOSTNAME}\n",
}


def enter_root() -> list[str]:
    """Put the root together and pivot into it: afterwards the host's files are out of reach.

    Returns the optional layers that the host made possible.
    """
    kernel.mount("none", "/", None, kernel.MS_REC | kernel.MS_PRIVATE)
    kernel.mount("root", str(_STAGING), "tmpfs", kernel.MS_NOSUID, "mode=755,size=16m")
    # The cell's umask must not decide what programs can read.
    os.umask(0o022)
    for folder in _EMPTY_FOLDERS:
        (_STAGING / folder).mkdir(parents=True)
    # A user namespace may mount /proc afresh only where another is visible already: this one, of
    # the cell's own processes, which every box covers with its own.
    flags = kernel.MS_NOSUID | kernel.MS_NODEV | kernel.MS_NOEXEC
    kernel.mount("proc", str(_STAGING / "proc"), "proc", flags)
    features = _show_toolchains()
    _make_devices()
    _make_etc()
    (_STAGING / "var" / "tmp").symlink_to("/tmp")  # noqa: S108 - the box's own /tmp
    os.chdir(_STAGING)
    kernel.pivot_root_here()
    os.chdir("/")
    kernel.mount("none", "/", None, kernel.MS_REMOUNT | kernel.MS_RDONLY | kernel.MS_NOSUID)
    return features


def _show_toolchains() -> list[str]:
    features = _show_usr(str(_STAGING / "usr"))
    for name in _MERGED:
        host = Path("/", name)
        if host.is_symlink():
            (_STAGING / name).symlink_to(host.readlink())
        elif host.is_dir():
            (_STAGING / name).mkdir()
            kernel.bind(str(host), str(_STAGING / name))
            kernel.seal_tree(str(_STAGING / name))
    return features


def _show_usr(usr: str) -> list[str]:
    try:
        # Two lower layers: an overlay without an upper one wants that many.
        empty = _STAGING / "run"
        kernel.mount("usr", usr, "overlay", kernel.MS_RDONLY, f"lowerdir=/usr:{empty}")
        features = ["own_inodes"]
    except OSError:
        kernel.bind("/usr", usr)
        features = []
    kernel.seal_tree(usr)
    return features


def _make_devices() -> None:
    dev = _STAGING / "dev"
    for name in _DEVICES:
        (dev / name).touch()
        kernel.bind(f"/dev/{name}", str(dev / name))
        kernel.seal_device(str(dev / name))
    for name, target in _DEVICE_LINKS.items():
        (dev / name).symlink_to(target)


def _make_etc() -> None:
    etc = _STAGING / "etc"
    host = Path("/etc")
    found = [host / name for name in _ETC_COPIED]
    for pattern in _ETC_COPIED_PATTERNS:
        found += host.glob(pattern)
    for source in found:
        if source.is_dir():
            shutil.copytree(source, etc / source.name, symlinks=True)
        elif source.exists():
            shutil.copyfile(source, etc / source.name)
    for name, text in _ETC_WRITTEN.items():
        (etc / name).write_text(text)
