"""The root that programs see: made from nothing, the host's toolchains read-only in it.

Built once a cell, by the cell, inside its own user and mount namespaces. ``/usr`` is an overlay of
its own a cell, so that a lock on one of its files is not seen by the next slot. What a box adds
(workspace, /tmp, /dev/shm, /proc) init mounts freshly for every step.
"""

from __future__ import annotations

import os

from stockade.sandbox.cells.warden import devices, kernel
from stockade.sandbox.cells.warden.files import copy_tree, write_text
from stockade.sandbox.cells.warden.identity import INIT_ID, PROGRAM_ID

WORKSPACE = "/workspace"
PROGRAM = "/program"
HOSTNAME = "stockade"

# Where the new root is put together; in the cell's own mount namespace, seen by nobody else.
_STAGING = "/mnt"
_EMPTY_FOLDERS = ("dev/shm", "etc", "proc", "program", "run", "tmp", "usr", "var", "workspace")
_MERGED = ("bin", "sbin", "lib", "lib32", "lib64", "libx32")
_DEVICE_LINKS = {
    "fd": "/proc/self/fd",
    "stdin": "/proc/self/fd/0",
    "stdout": "/proc/self/fd/1",
    "stderr": "/proc/self/fd/2",
}
# What toolchains look up in /etc; nothing else of the host's configuration is shown.
_ETC_COPIED = ("alternatives", "ld.so.cache", "ld.so.conf", "ld.so.conf.d", "localtime")
_ETC_COPIED_PREFIXES = ("java-", "python3")
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


def enter_root(slot: int) -> list[str]:
    """Put the root together and pivot into it: afterwards the host's files are out of reach.

    Returns the optional layers that the host made possible.
    """
    kernel.mount("none", "/", None, kernel.MS_REC | kernel.MS_PRIVATE)
    kernel.mount("root", _STAGING, "tmpfs", kernel.MS_NOSUID, "mode=755,size=16m")
    # The warden's umask must not decide what programs can read.
    os.umask(0o022)
    for folder in _EMPTY_FOLDERS:
        os.makedirs(f"{_STAGING}/{folder}", exist_ok=True)
    # A user namespace may mount /proc afresh only where another is visible already: this one, of
    # the cell's own processes, which every box covers with its own.
    flags = kernel.MS_NOSUID | kernel.MS_NODEV | kernel.MS_NOEXEC
    kernel.mount("proc", f"{_STAGING}/proc", "proc", flags)
    features = _show_toolchains()
    features += _make_devices(slot)
    _make_etc()
    os.symlink("/tmp", f"{_STAGING}/var/tmp")  # noqa: S108 - the box's own /tmp
    os.chdir(_STAGING)
    kernel.pivot_root_here()
    os.chdir("/")
    kernel.mount("none", "/", None, kernel.MS_REMOUNT | kernel.MS_RDONLY | kernel.MS_NOSUID)
    return features


def _show_toolchains() -> list[str]:
    features = _show_usr(f"{_STAGING}/usr")
    for name in _MERGED:
        host, target = f"/{name}", f"{_STAGING}/{name}"
        if os.path.islink(host):
            os.symlink(os.readlink(host), target)
        elif os.path.isdir(host):
            os.mkdir(target)
            kernel.bind(host, target)
            kernel.seal_tree(target)
    return features


def _show_usr(usr: str) -> list[str]:
    try:
        # Two lower layers: an overlay without an upper one wants that many.
        kernel.mount("usr", usr, "overlay", kernel.MS_RDONLY, f"lowerdir=/usr:{_STAGING}/run")
        features = ["own_inodes"]
    except OSError:
        kernel.bind("/usr", usr)
        features = []
    kernel.seal_tree(usr)
    return features


def _make_devices(slot: int) -> list[str]:
    is_own = devices.are_own(slot)
    folder = devices.folder_of(slot) if is_own else "/dev"
    for name in devices.NAMES:
        target = f"{_STAGING}/dev/{name}"
        write_text(target, "")
        kernel.bind(f"{folder}/{name}", target)
        kernel.seal_device(target)
    for name, target in _DEVICE_LINKS.items():
        os.symlink(target, f"{_STAGING}/dev/{name}")
    return ["own_devices"] if is_own else []


def _make_etc() -> None:
    for name in os.listdir("/etc"):
        if name in _ETC_COPIED or name.startswith(_ETC_COPIED_PREFIXES):
            copy_tree(f"/etc/{name}", f"{_STAGING}/etc/{name}")
    for name, text in _ETC_WRITTEN.items():
        write_text(f"{_STAGING}/etc/{name}", text)
