from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from stockade.core.errors import QueueError, StoreError
from stockade.database.connections import (
    faults_as,
    open_for_reading,
    open_for_writing,
    transaction,
)


def pragma(connection: sqlite3.Connection, name: str) -> object:
    return connection.execute(f"PRAGMA {name}").fetchone()[0]


def test_only_the_owner_of_the_process_may_read_the_files(tmp_path: Path) -> None:
    with closing(open_for_writing(tmp_path / "test.db")) as connection:
        connection.execute("CREATE TABLE notes (text TEXT)")
        modes = {file.name: file.stat().st_mode & 0o777 for file in tmp_path.iterdir()}
    assert modes == {"test.db": 0o600, "test.db-wal": 0o600, "test.db-shm": 0o600}


def test_a_commit_is_on_disk_and_readers_do_not_wait(tmp_path: Path) -> None:
    with closing(open_for_writing(tmp_path / "test.db")) as connection:
        assert pragma(connection, "journal_mode") == "wal"
        full = 2
        assert pragma(connection, "synchronous") == full
        assert pragma(connection, "foreign_keys") == 1
        assert pragma(connection, "secure_delete") == 1


@pytest.mark.parametrize("name", ["plain", "with space", "50%", "a?mode=ro", "a#b", "é"])
def test_any_file_name_is_taken_literally(tmp_path: Path, name: str) -> None:
    with closing(open_for_writing(tmp_path / name)) as writer:
        writer.execute("CREATE TABLE notes (text TEXT)")
        with closing(open_for_reading(tmp_path / name)) as reader:
            assert reader.execute("SELECT * FROM notes").fetchall() == []
    assert [file.name for file in tmp_path.iterdir()] == [name]


def test_a_reader_cannot_write(tmp_path: Path) -> None:
    with (
        closing(open_for_writing(tmp_path / "test.db")),
        closing(open_for_reading(tmp_path / "test.db")) as reader,
        pytest.raises(sqlite3.OperationalError, match="readonly"),
    ):
        reader.execute("CREATE TABLE notes (text TEXT)")


def test_a_file_that_cannot_be_opened_is_our_fault(tmp_path: Path) -> None:
    with pytest.raises(StoreError):
        open_for_writing(tmp_path / "no-such-folder" / "test.db")
    with pytest.raises(StoreError):
        open_for_writing(tmp_path)
    with pytest.raises(StoreError):
        open_for_reading(tmp_path / "no-such-file")


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "test.db"
    path.write_text("a letter to my mother" * 100)
    with pytest.raises(StoreError, match="not a database"):
        open_for_writing(path)
    assert path.read_text().startswith("a letter")


def test_a_transaction_happens_as_a_whole_or_not_at_all(tmp_path: Path) -> None:
    with closing(open_for_writing(tmp_path / "test.db")) as connection:
        with transaction(connection):
            connection.execute("CREATE TABLE notes (text TEXT)")
        with pytest.raises(LookupError), transaction(connection):
            connection.execute("INSERT INTO notes VALUES ('half')")
            raise LookupError
        assert not connection.in_transaction
        assert connection.execute("SELECT * FROM notes").fetchall() == []


@pytest.mark.parametrize("foreign", [sqlite3.OperationalError("x"), OSError("x"), ValueError("x")])
def test_foreign_errors_are_raised_as_ours(foreign: Exception) -> None:
    with pytest.raises(QueueError, match="x") as fault, faults_as(QueueError):
        raise foreign
    assert fault.value.__cause__ is foreign


def test_a_mistake_in_our_code_stays_what_it_is() -> None:
    with pytest.raises(LookupError), faults_as(QueueError):
        raise LookupError
