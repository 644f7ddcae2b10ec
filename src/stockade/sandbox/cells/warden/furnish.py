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
_CHUNK = 1 << 20
_FLAGS = kernel.MS_NOSUID | kernel.MS_NODEV


def mount_proc() -> None:
    """Show the box's own processes, of those only the program's uid's, and nothing else.

    The rest of /proc (keys, interrupts, load, the kernel's settings) is simply not there, so that
    nothing has to be masked.
    """
    kernel.mount("proc", "/proc", "proc", _FLAGS | kernel.MS_NOEXEC, "subset=pid,hidepid=invisible")


def mount_writable(file_bytes: int, memory_bytes: int) -> None:
    """Make the workspace, /tmp and /dev/shm, each with a limit of bytes and of inodes."""
    inodes = max(_FEWEST_INODES, file_bytes // _BYTES_AN_INODE)
    size = f"size={file_bytes},nr_inodes={inodes}"
    owner = f"uid={identity.PROGRAM_ID},gid={identity.PROGRAM_ID}"
    kernel.mount("workspace", WORKSPACE, "tmpfs", _FLAGS, f"{size},mode=755,{owner}")
    kernel.mount("tmp", "/tmp", "tmpfs", _FLAGS, f"{size},mode=1777")  # noqa: S108 - the box's own
    shm = f"size={memory_bytes // _SHM_SHARE},nr_inodes={inodes},mode=1777"
    kernel.mount("shm", "/dev/shm", "tmpfs", _FLAGS | kernel.MS_NOEXEC, shm)  # noqa: S108 - same


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
