"""Giving up root: what the server does once the warden lives, and before it listens.

The server becomes a uid that owns nothing but the data folder. Python goes on importing lazily, so
its own files must stay in reach even where they lie below a closed folder such as /root: in a mount
namespace of its own, such a folder is covered by an empty one that shows what is needed and nothing
else.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import stockade
from stockade.core.errors import SandboxError
from stockade.sandbox.cells.warden import identity, kernel


def prepare_data_folder(folder: Path) -> None:
    """Make the data folder, and give it to the server's uid. Raises ``SandboxError``.

    Only the folder, and only an empty one: what is in a server's folder may be anything, and root
    must not touch it.
    """
    if os.geteuid() != 0:
        raise SandboxError("The server needs root to start: run it with sudo.")
    owner = identity.server_id()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if folder.stat().st_uid == owner:
            return
        if any(folder.iterdir()):
            raise SandboxError(
                f"{folder} is not empty and belongs to another user. Use another folder, or hand"
                f" it over with: chown -R {owner}:{owner} {folder}"
            )
        os.chown(folder, owner, owner)
    except OSError as error:
        raise SandboxError(
            f"{folder} cannot be the data folder ({error.strerror}). Use another one."
        ) from error


def give_up_root(needed: Sequence[Path] = ()) -> None:
    """Become the server's uid, for good; ``needed`` folders stay in reach. Raises ``SandboxError``.

    Only in a process of one thread: namespaces belong to threads.
    """
    if threading.active_count() > 1:
        raise SandboxError("Root can be given up only before the first thread is started.")
    try:
        _keep_in_reach([*_own_folders(), *(folder.resolve() for folder in needed)])
        identity.forget_groups()
        kernel.narrow_capabilities()
        identity.become(identity.server_id())
        kernel.set_capabilities()
        kernel.forbid_new_privileges()
    except OSError as error:
        raise SandboxError(f"Root could not be given up: {error}") from error
    if not os.access(stockade.__file__, os.R_OK):
        folders = f"{Path(stockade.__file__).parent} {sys.prefix}"
        raise SandboxError(
            f"Without root, the server cannot read its own code. Let it: chmod -R go+rX {folders}"
        )


def _own_folders() -> Iterator[Path]:
    """Where this interpreter finds its code: the standard library, packages, ourselves."""
    yield Path(stockade.__file__).resolve().parent
    for path in (sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix, *sys.path):
        if Path(path).is_dir():
            yield Path(path).resolve()


def _keep_in_reach(folders: Iterable[Path]) -> None:
    hidden: dict[Path, set[Path]] = {}
    for folder in folders:
        closed = _closed_ancestor(folder)
        if closed is not None and _lets_in(folder):
            hidden.setdefault(closed, set()).add(folder)
    kernel.unshare(kernel.CLONE_NEWNS)
    kernel.mount("none", "/", None, kernel.MS_REC | kernel.MS_PRIVATE)
    for closed, wanted in hidden.items():
        _cover(closed, wanted)


def _lets_in(folder: Path) -> bool:
    """Whether the server's uid could use the folder, once it is in reach."""
    status = folder.stat()
    return bool(status.st_mode & 0o001) or status.st_uid == identity.server_id()


def _closed_ancestor(folder: Path) -> Path | None:
    """The uppermost folder above this one that a stranger cannot pass."""
    for ancestor in reversed(folder.parents):
        if not ancestor.stat().st_mode & 0o001:
            return ancestor
    return None


def _cover(closed: Path, wanted: set[Path]) -> None:
    # Held open from before: once the cover is on, the paths lead nowhere.
    held = {folder: os.open(folder, os.O_PATH | os.O_CLOEXEC) for folder in wanted}
    flags = kernel.MS_NOSUID | kernel.MS_NODEV
    kernel.mount("cover", str(closed), "tmpfs", flags, "mode=755,size=1m")
    for folder in sorted(wanted):
        if any(other in folder.parents for other in wanted):
            continue  # it is shown with the folder it is in
        folder.mkdir(parents=True)
        kernel.bind(f"/proc/self/fd/{held[folder]}", str(folder))
    for descriptor in held.values():
        os.close(descriptor)
