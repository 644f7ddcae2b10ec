from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from stockade.database.connections import open_for_writing
from stockade.database.writer import BATCH_BOUND, Operation, Writer

pytestmark = pytest.mark.anyio


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(open_for_writing(tmp_path / "test.db")) as opened:
        opened.execute("CREATE TABLE notes (text TEXT UNIQUE)")
        opened.execute("CREATE TABLE parents (name TEXT PRIMARY KEY)")
        opened.execute(
            "CREATE TABLE children (name TEXT REFERENCES parents DEFERRABLE INITIALLY DEFERRED)"
        )
        yield opened


@pytest.fixture
def executed(connection: sqlite3.Connection) -> list[str]:
    """Every statement that SQLite carries out, in order."""
    statements: list[str] = []
    connection.set_trace_callback(statements.append)
    return statements


@pytest.fixture
async def writer(anyio_backend: str, connection: sqlite3.Connection) -> AsyncIterator[Writer]:
    made = Writer(connection)
    yield made
    await made.close()


def note(text: str) -> Operation[str]:
    def operation(connection: sqlite3.Connection) -> str:
        connection.execute("INSERT INTO notes VALUES (?)", (text,))
        return text

    return operation


def notes(connection: sqlite3.Connection) -> list[str]:
    return [text for (text,) in connection.execute("SELECT text FROM notes ORDER BY rowid")]


def blocked_by(gate: threading.Event) -> Operation[bool]:
    return lambda _: gate.wait(timeout=10)


async def test_an_operation_is_carried_out_and_its_value_returned(
    writer: Writer, tmp_path: Path
) -> None:
    assert await writer.write(note("a")) == "a"
    with closing(sqlite3.connect(tmp_path / "test.db")) as other:
        assert notes(other) == ["a"]


async def test_operations_asked_for_together_share_one_commit(
    writer: Writer, executed: list[str]
) -> None:
    texts = [f"note {number}" for number in range(20)]
    assert await asyncio.gather(*(writer.write(note(text)) for text in texts)) == texts
    assert executed.count("COMMIT") == 1


async def test_what_gathers_during_a_commit_goes_into_the_next_in_its_order(
    writer: Writer, connection: sqlite3.Connection, executed: list[str]
) -> None:
    gate = threading.Event()
    first = writer.write(blocked_by(gate))
    await asyncio.sleep(0.01)
    texts = [f"note {number}" for number in range(20)]
    rest = asyncio.gather(*(writer.write(note(text)) for text in texts))
    gate.set()
    assert await first
    await rest
    assert executed.count("COMMIT") == 2
    assert notes(connection) == texts


async def test_a_batch_is_bounded(writer: Writer, executed: list[str]) -> None:
    asked = [writer.write(note(str(number))) for number in range(BATCH_BOUND + 1)]
    await asyncio.gather(*asked)
    assert executed.count("COMMIT") == 2


async def test_an_operation_that_fails_does_not_touch_its_neighbours(
    writer: Writer, connection: sqlite3.Connection
) -> None:
    await writer.write(note("taken"))
    texts = ["before", "taken", "after"]
    outcomes = await asyncio.gather(
        *(writer.write(note(text)) for text in texts), return_exceptions=True
    )
    assert (outcomes[0], outcomes[2]) == ("before", "after")
    assert isinstance(outcomes[1], sqlite3.IntegrityError)
    assert notes(connection) == ["taken", "before", "after"]


async def test_what_an_operation_did_before_it_failed_is_undone(
    writer: Writer, connection: sqlite3.Connection
) -> None:
    def half(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO notes VALUES ('half')")
        raise LookupError("our own mistake")

    with pytest.raises(LookupError, match="our own mistake"):
        await writer.write(half)
    assert await writer.write(note("next")) == "next"
    assert notes(connection) == ["next"]


async def test_an_operation_that_cannot_be_committed_does_not_touch_its_neighbours(
    writer: Writer, connection: sqlite3.Connection
) -> None:
    def orphan(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO children VALUES ('nobody')")

    outcomes = await asyncio.gather(
        writer.write(note("a")),
        writer.write(orphan),
        writer.write(note("b")),
        return_exceptions=True,
    )
    assert (outcomes[0], outcomes[2]) == ("a", "b")
    assert isinstance(outcomes[1], sqlite3.IntegrityError)
    assert notes(connection) == ["a", "b"]
    assert connection.execute("SELECT count(*) FROM children").fetchone() == (0,)


async def test_a_full_disk_fails_what_does_not_fit_and_nothing_else(
    writer: Writer, connection: sqlite3.Connection
) -> None:
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count = {pages + 2}")
    big = "x" * 100_000
    outcomes = await asyncio.gather(
        writer.write(note("small")),
        writer.write(note(big)),
        writer.write(note("after")),
        return_exceptions=True,
    )
    assert (outcomes[0], outcomes[2]) == ("small", "after")
    assert isinstance(outcomes[1], sqlite3.OperationalError)
    connection.execute("PRAGMA max_page_count = 100000")
    assert await writer.write(note(big)) == big
    assert notes(connection) == ["small", "after", big]


async def test_only_a_batch_without_anything_durable_skips_the_wait_for_the_disk(
    writer: Writer, executed: list[str]
) -> None:
    await writer.write_unsynced(note("a"))
    await asyncio.gather(writer.write_unsynced(note("b")), writer.write(note("c")))
    await writer.write_unsynced(note("d"))
    modes = [statement for statement in executed if "synchronous" in statement]
    assert modes == [f"PRAGMA synchronous = {mode}" for mode in ("NORMAL", "FULL", "NORMAL")]


async def test_who_leaves_before_the_batch_begins_has_asked_for_nothing(
    writer: Writer, connection: sqlite3.Connection
) -> None:
    writer.write(note("left")).cancel()
    await writer.write(note("stayed"))
    assert notes(connection) == ["stayed"]


async def test_who_leaves_later_has_it_carried_out(
    writer: Writer, connection: sqlite3.Connection
) -> None:
    gate = threading.Event()
    first = writer.write(blocked_by(gate))
    left = writer.write(note("left"))
    await asyncio.sleep(0.01)
    left.cancel()
    gate.set()
    await first
    await writer.write(note("next"))
    assert notes(connection) == ["left", "next"]


async def test_closing_finishes_what_was_asked_and_takes_nothing_more(
    connection: sqlite3.Connection,
) -> None:
    writer = Writer(connection)
    asked = [writer.write(note(str(number))) for number in range(BATCH_BOUND + 1)]
    await writer.close()
    assert all(future.done() for future in asked)
    assert len(notes(connection)) == len(asked)
    with pytest.raises(sqlite3.ProgrammingError):
        writer.write(note("late"))
