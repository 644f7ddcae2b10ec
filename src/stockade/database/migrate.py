"""Brings a database file to the shape this code expects.

``user_version`` in the file's header counts the migrations it has had. It changes in the same
transaction as the tables, so a migration has either happened or not.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Final

from stockade.core.errors import StoreError
from stockade.database.connections import transaction
from stockade.database.sql import statements_of

# "STCK": tells our files from other programs' SQLite files.
_APPLICATION_ID: Final = 0x5354434B


def migrate(connection: sqlite3.Connection, scripts: Sequence[str]) -> None:
    """Apply the scripts that the database has not had, each in one transaction.

    Raises ``StoreError`` for a database that has had more than these, or is not ours.
    """
    for number, script in enumerate(scripts, start=1):
        # Looked at inside the transaction: another process may be doing the same.
        with transaction(connection):
            if _version_of(connection, len(scripts)) < number:
                _apply(connection, number, script)


def _version_of(connection: sqlite3.Connection, known: int) -> int:
    version = _read(connection, "user_version")
    if version > known:
        raise StoreError(
            f"The database is of a newer Stockade: it has had {version} migrations, this version "
            f"knows {known}. Use that version, or another data folder."
        )
    if _read(connection, "application_id") != _APPLICATION_ID and not _is_empty(connection):
        raise StoreError("The file is another program's database. Use another data folder.")
    return version


def _is_empty(connection: sqlite3.Connection) -> bool:
    return connection.execute("SELECT 1 FROM sqlite_schema LIMIT 1").fetchone() is None


def _apply(connection: sqlite3.Connection, number: int, script: str) -> None:
    for statement in statements_of(script):
        connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {number}")


def _read(connection: sqlite3.Connection, pragma: str) -> int:
    return int(connection.execute(f"PRAGMA {pragma}").fetchone()[0])
