"""What a box has beyond the cell's root: its own /proc, fresh writable folders, the job's files.

Everything here is done by path, and safely so: these file systems were made for this very box, and
no program has ever run that could have put a link into them.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from stockade.sandbox.cells.warden import identity, kernel
from stockade.sandbox.cells.warden.bundle import BundledFile
from stockade.sandbox.cells.warden.root import PROGRAM, WORKSPACE

_FOLDER_MODE = 0o755
_FILE_MODE = 0o644
_EXECUTABLE_MODE = 0o755
_BYTES_AN_INODE = 4096
_FEWEST_INODES = 64
_SHM_SHARE = 2
# The defaults of a submission: most boxes need no change.
_USUAL_FILE_BYTES = 64 << 20
_USUAL_MEMORY_BYTES = 512 << 20
_TMP = "/tmp"  # noqa: S108 - the box's own
_SHM = "/dev/shm"  # noqa: S108 - the box's own
_CHUNK = 1 << 20
_FLAGS = kernel.MS_NOSUID | kernel.MS_NODEV


def mount_all() -> None:
    """Mount the box's own /proc, and its writable folders in the usual sizes.

    /proc shows the box's own processes, of those only the program's uid's, and nothing else: keys,
    interrupts, load and the kernel's settings are simply not there, so nothing has to be masked.
    """
    owner = f"uid={identity.PROGRAM_ID},gid={identity.PROGRAM_ID}"
    size = _file_size(_USUAL_FILE_BYTES)
    shm = _shm_size(_USUAL_FILE_BYTES, _USUAL_MEMORY_BYTES)
    kernel.mount("workspace", WORKSPACE, "tmpfs", _FLAGS, f"{size},mode=755,{owner}")
    kernel.mount("tmp", _TMP, "tmpfs", _FLAGS, f"{size},mode=1777")
    kernel.mount("shm", _SHM, "tmpfs", _FLAGS | kernel.MS_NOEXEC, f"{shm},mode=1777")
    options = "subset=pid,hidepid=invisible"
    kernel.mount("proc", "/proc", "proc", _FLAGS | kernel.MS_NOEXEC, options)


def resize(file_bytes: int, memory_bytes: int) -> None:
    """Give the writable folders the limits of the job, of bytes and of inodes."""
    if (file_bytes, memory_bytes) == (_USUAL_FILE_BYTES, _USUAL_MEMORY_BYTES):
        return
    for folder in (WORKSPACE, _TMP):
        _remount(folder, _FLAGS, _file_size(file_bytes))
    _remount(_SHM, _FLAGS | kernel.MS_NOEXEC, _shm_size(file_bytes, memory_bytes))


def _remount(folder: str, flags: int, options: str) -> None:
    kernel.mount("none", folder, None, kernel.MS_REMOUNT | flags, options)


def _file_size(file_bytes: int) -> str:
    return f"size={file_bytes},nr_inodes={_inodes(file_bytes)}"


def _shm_size(file_bytes: int, memory_bytes: int) -> str:
    return f"size={memory_bytes // _SHM_SHARE},nr_inodes={_inodes(file_bytes)}"


def _inodes(file_bytes: int) -> int:
    return max(_FEWEST_INODES, file_bytes // _BYTES_AN_INODE)


def place_all(files: Sequence[BundledFile], bundled: int, offset: int) -> None:
    """Put the bundle's files, whose contents start at ``offset``, where they belong."""
    has_program = any(file.place == PROGRAM for file in files)
    if has_program:
        kernel.mount("program", PROGRAM, "tmpfs", _FLAGS, "mode=755")
    os.lseek(bundled, offset, os.SEEK_SET)
    for file in files:
        _place(file, bundled)
    if has_program:
        kernel.mount("program", PROGRAM, None, kernel.MS_REMOUNT | kernel.MS_RDONLY | _FLAGS)


def _place(file: BundledFile, bundled: int) -> None:
    """Copy the next ``file.size`` bytes of the bundle into a new file."""
    owner = identity.PROGRAM_ID if file.place == WORKSPACE else identity.CELL_ID
    _make_folders(file.place, file.name, owner)
    mode = _EXECUTABLE_MODE if file.executable else _FILE_MODE
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    target = os.open(f"{file.place}/{file.name}", flags, mode)
    os.fchown(target, owner, owner)
    rest = file.size
    while rest:
        copied = os.sendfile(target, bundled, None, min(rest, _CHUNK))
        if not copied:
            raise OSError(f"the bundle ends within {file.name}")
        rest -= copied
    os.close(target)


def _make_folders(place: str, name: str, owner: int) -> None:
    parts = name.split("/")[:-1]
    for depth in range(1, len(parts) + 1):
        folder = f"{place}/{'/'.join(parts[:depth])}"
        try:
            os.mkdir(folder, _FOLDER_MODE)
        except FileExistsError:
            continue
        os.chown(folder, owner, owner)
