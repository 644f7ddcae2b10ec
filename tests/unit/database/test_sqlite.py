from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest

from stockade.core.errors import StoreError
from stockade.database.connections import open_for_writing
from stockade.database.sqlite import open_database, sole_use

pytestmark = pytest.mark.anyio

# Says when it has the folder, and keeps it until it is killed.
HOLD = """
import sys, time
from pathlib import Path
from stockade.database.sqlite import sole_use
with sole_use(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def count_jobs(connection: sqlite3.Connection) -> int:
    return int(connection.execute("SELECT count(*) FROM jobs").fetchone()[0])


def files_in(folder: Path) -> list[str]:
    return [file.name for file in folder.iterdir()]


def add_job(connection: sqlite3.Connection) -> None:
    connection.execute(
        "INSERT INTO jobs (id, owner, language, state, attempts, created_at)"
        " VALUES (?, 'a', 'python', 'queued', 0, 0)",
        (os.urandom(8).hex(),),
    )


async def test_readers_see_what_was_committed_and_nothing_else(tmp_path: Path) -> None:
    gate = threading.Event()

    def slow(connection: sqlite3.Connection) -> None:
        add_job(connection)
        gate.wait(timeout=10)

    async with open_database(tmp_path / "test.db") as database:
        writing = database.writer.write(slow)
        await asyncio.sleep(0.01)
        assert await database.read(count_jobs) == database.read_row(count_jobs) == 0
        gate.set()
        await writing
        assert await database.read(count_jobs) == database.read_row(count_jobs) == 1


async def test_a_closed_database_is_one_file_with_everything_in_it(tmp_path: Path) -> None:
    async with open_database(tmp_path / "test.db") as database:
        asked = database.writer.write(add_job)
    assert asked.done()
    assert files_in(tmp_path) == ["test.db"]
    async with open_database(tmp_path / "test.db") as database:
        assert database.read_row(count_jobs) == 1


async def test_a_database_that_cannot_be_migrated_is_our_fault(tmp_path: Path) -> None:
    with closing(open_for_writing(tmp_path / "test.db")) as connection:
        connection.execute("PRAGMA user_version = 1000000")
    with pytest.raises(StoreError, match="newer"):
        async with open_database(tmp_path / "test.db"):
            pass


async def test_two_that_write_the_same_file_wait_for_each_other(tmp_path: Path) -> None:
    path = tmp_path / "test.db"
    async with open_database(path) as one, open_database(path) as two:
        for _ in range(50):
            await asyncio.gather(one.writer.write(add_job), two.writer.write(add_job))
        assert one.read_row(count_jobs) == two.read_row(count_jobs) == 100


def hold(folder: Path) -> subprocess.Popen[str]:
    """Another process that has the folder to itself."""
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder)], stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    return holder


def test_a_folder_in_use_is_refused_until_its_user_is_dead(tmp_path: Path) -> None:
    with hold(tmp_path) as holder:
        with pytest.raises(StoreError, match="Another process uses"), sole_use(tmp_path):
            pass
        holder.send_signal(signal.SIGKILL)
        holder.wait(timeout=10)
        with sole_use(tmp_path):
            pass


def test_a_folder_is_given_up_when_its_use_ends(tmp_path: Path) -> None:
    with sole_use(tmp_path):
        pass
    with hold(tmp_path) as holder:
        holder.kill()


def test_a_folder_that_does_not_exist_is_our_fault(tmp_path: Path) -> None:
    with pytest.raises(StoreError), sole_use(tmp_path / "no-such-folder"):
        pass
