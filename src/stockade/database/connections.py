"""How a database file is opened, and what a transaction on it is.

Write-ahead log: readers and the writer do not wait for each other. ``synchronous=FULL``: a commit
is on disk when it returns, power loss included. ``secure_delete``: what is deleted is overwritten
with zeros, not merely unlinked.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from typing import Final

from stockade.core.errors import OurFault, StoreError

# Programs of strangers and their input: nobody but us reads them.
_FILE_MODE: Final = 0o600
# How long a write waits for another process that writes the same file.
_BUSY_TIMEOUT_S: Final = 10.0
# The log is cut back to this after a burst; between bursts it stays at about 4 MiB.
_LOG_LIMIT_BYTES: Final = 64 * 1024 * 1024

_WRITER_PRAGMAS: Final = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA secure_delete = ON",
    f"PRAGMA journal_size_limit = {_LOG_LIMIT_BYTES}",
)


def open_for_writing(path: Path) -> sqlite3.Connection:
    """A connection that may write; the file is made if it is missing. Raises ``StoreError``."""
    with faults_as(StoreError), _alone_in(path.parent):
        _make_private(path)
        with ExitStack() as on_failure:
            connection = on_failure.enter_context(closing(_connect(path, "rw")))
            for pragma in _WRITER_PRAGMAS:
                connection.execute(pragma)
            on_failure.pop_all()
        return connection


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    # Where two turn a new file to a write-ahead log at once, SQLite fails one instead of waiting.
    handle = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _make_private(path: Path) -> None:
    # Only ever a file that is not there: to close one that is would drop the locks which other
    # connections of this process have on it.
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, _FILE_MODE))


def open_for_reading(path: Path) -> sqlite3.Connection:
    """A connection to an existing file that cannot write. Raises ``StoreError``."""
    with faults_as(StoreError):
        return _connect(path, "ro")


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    # No isolation level: transactions begin and end where we say. Whoever opens a connection may
    # hand it to one other thread; no two threads ever use one at a time.
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}",
        uri=True,
        timeout=_BUSY_TIMEOUT_S,
        isolation_level=None,
        check_same_thread=False,
    )


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All that is written inside, or nothing of it."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    finally:
        # A full disk has already rolled it back.
        if connection.in_transaction:
            connection.execute("ROLLBACK")


@contextmanager
def faults_as(fault: type[OurFault]) -> Iterator[None]:
    """Raise what the database or the disk fails at, and a row that makes no sense, as ours."""
    try:
        yield
    except (sqlite3.Error, OSError, ValueError) as error:
        raise fault(f"The database failed: {error}") from error
