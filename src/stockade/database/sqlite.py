"""A SQLite database as the store and the table queue use it: one writer, two readers."""

from __future__ import annotations

import asyncio
import fcntl
import os
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, closing, contextmanager
from pathlib import Path
from typing import TypeVar

from stockade.core.errors import StoreError
from stockade.database.connections import faults_as, open_for_reading, open_for_writing
from stockade.database.migrate import migrate
from stockade.database.sql import load_migrations
from stockade.database.writer import Operation, Writer

T = TypeVar("T")


class Database:
    """Where operations are carried out; what they and SQLite raise comes through.

    ``writer`` commits in groups. Readers see what was committed, and never wait for the writer.
    """

    def __init__(self, path: Path, writer: Writer) -> None:
        self.writer = writer
        # Two, so that reading a list holds up nobody who reads a row.
        self._row_reader = open_for_reading(path)
        self._list_reader = open_for_reading(path)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="database-reader")

    def read_row(self, operation: Operation[T]) -> T:
        """Read a row by its key, here on the event loop: the way to a thread costs more."""
        return operation(self._row_reader)

    async def read(self, operation: Operation[T]) -> T:
        """Read what may take longer, on a thread, one at a time."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, operation, self._list_reader)

    async def close(self) -> None:
        """Finish what was asked; whoever opened the writing connection closes it last of all.

        It alone may fold the log back into the file.
        """
        await self.writer.close()
        self._thread.shutdown()
        self._row_reader.close()
        self._list_reader.close()


@asynccontextmanager
async def open_database(path: Path) -> AsyncIterator[Database]:
    """The database in this file, made or migrated as needed. Raises ``StoreError``."""
    with closing(open_for_writing(path)) as connection:
        with faults_as(StoreError):
            migrate(connection, load_migrations())
        database = Database(path, Writer(connection))
        try:
            yield database
        finally:
            await database.close()


@contextmanager
def sole_use(folder: Path) -> Iterator[None]:
    """Have a data folder to ourselves: another process that asks the same is refused.

    The kernel gives it up when the process ends, however that happens, and children do not
    inherit it. Raises ``StoreError``.
    """
    with faults_as(StoreError):
        handle = os.open(folder / "in-use", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _lock(handle, folder)
        yield
    finally:
        os.close(handle)


def _lock(handle: int, folder: Path) -> None:
    try:
        fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise StoreError(f"Another process uses {folder}. Stop it, or use another.") from error
