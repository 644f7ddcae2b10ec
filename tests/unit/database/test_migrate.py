from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from stockade.core.errors import StoreError
from stockade.database.connections import open_for_writing
from stockade.database.migrate import migrate
from stockade.database.sql import load_migrations

FIRST = "CREATE TABLE notes (text TEXT);\nINSERT INTO notes VALUES ('first');\n"
SECOND = "INSERT INTO notes\nVALUES ('second');\n"
BROKEN = "INSERT INTO notes VALUES ('half');\nINSERT INTO nowhere VALUES (1);\n"


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(open_for_writing(tmp_path / "test.db")) as opened:
        yield opened


def notes(connection: sqlite3.Connection) -> list[str]:
    return [text for (text,) in connection.execute("SELECT text FROM notes")]


def test_a_new_database_gets_every_migration_in_order(connection: sqlite3.Connection) -> None:
    migrate(connection, [FIRST, SECOND])
    assert notes(connection) == ["first", "second"]


def test_a_migration_is_applied_once(connection: sqlite3.Connection) -> None:
    migrate(connection, [FIRST])
    migrate(connection, [FIRST, SECOND])
    migrate(connection, [FIRST, SECOND])
    assert notes(connection) == ["first", "second"]


def test_a_migration_that_fails_has_not_happened(connection: sqlite3.Connection) -> None:
    with pytest.raises(sqlite3.OperationalError, match="nowhere"):
        migrate(connection, [FIRST, BROKEN])
    assert notes(connection) == ["first"]
    migrate(connection, [FIRST, SECOND])
    assert notes(connection) == ["first", "second"]


def test_a_database_newer_than_the_code_is_refused(connection: sqlite3.Connection) -> None:
    migrate(connection, [FIRST, SECOND])
    with pytest.raises(StoreError, match=r"newer Stockade: it has had 2 migrations, .* knows 1"):
        migrate(connection, [FIRST])
    assert notes(connection) == ["first", "second"]


def test_another_programs_database_is_refused(connection: sqlite3.Connection) -> None:
    connection.execute("CREATE TABLE theirs (text TEXT)")
    with pytest.raises(StoreError, match="another program's"):
        migrate(connection, [FIRST])


def test_two_that_migrate_at_once_do_it_once(tmp_path: Path) -> None:
    def start(_: int) -> None:
        with closing(open_for_writing(tmp_path / "test.db")) as connection:
            migrate(connection, [FIRST, SECOND])

    with ThreadPoolExecutor(max_workers=4) as threads:
        list(threads.map(start, range(4)))
    with closing(open_for_writing(tmp_path / "test.db")) as connection:
        assert notes(connection) == ["first", "second"]


def test_our_own_migrations_make_a_sound_database(connection: sqlite3.Connection) -> None:
    migrate(connection, load_migrations())
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert connection.execute("PRAGMA user_version").fetchone() == (len(load_migrations()),)
