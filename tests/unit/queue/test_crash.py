"""What a killed process promised is kept, however it was killed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from stockade.core.job import JobState, Lease, Settlement
from stockade.database.clock import SystemClock
from stockade.database.sqlite import open_database
from stockade.queue.table import TableQueue
from stockade.queue.terms import Terms
from stockade.store.sqlite import SqliteStore

pytestmark = pytest.mark.anyio

LOAD = Path(__file__).with_name("crash_load.py")
CLOCK = SystemClock()


@dataclass
class Promises:
    """What the killed processes said they had done."""

    added: list[str] = field(default_factory=list)
    settled: dict[str, str] = field(default_factory=dict)

    def hear(self, lines: Iterable[str]) -> None:
        for line in lines:
            match line.split():
                case ["added", job_id]:
                    self.added.append(job_id)
                case ["settled", job_id, worker]:
                    assert job_id not in self.settled, "it was settled a second time"
                    self.settled[job_id] = worker

    def settled_by(self, name: str) -> int:
        """How many jobs the process of this name has settled."""
        return sum(worker.startswith(f"{name}-") for worker in self.settled.values())


def kill_after(lines: int, path: Path, name: str, promises: Promises) -> None:
    """Let a process make so many promises, then kill it in the middle of the next ones."""
    with subprocess.Popen(
        [sys.executable, str(LOAD), str(path), name], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        promises.hear(line for line, _ in zip(process.stdout, range(lines), strict=False))
        process.kill()
        promises.hear(process.stdout)


async def lease_all(queue: TableQueue) -> list[Lease]:
    leases: list[Lease] = []
    while (await queue.backlog()).depth:
        leases += await queue.lease("survivor", 100)
    return leases


async def test_a_killed_process_loses_nothing_and_settles_nothing_twice(tmp_path: Path) -> None:
    path, promises = tmp_path / "test.db", Promises()
    for number, lines in enumerate([1, 150, 400]):
        kill_after(lines, path, f"killed-{number}", promises)
    async with open_database(path) as database:
        store, queue = SqliteStore(database), TableQueue(database, CLOCK, Terms(max_attempts=9))
        for job_id, worker in promises.settled.items():
            job = await store.get("ada", job_id)
            assert job.state is JobState.FINISHED
            assert job.result is not None
            assert job.result.isolation.backend == worker
        await queue.reclaim_all()
        left = {lease.job.id: lease for lease in await lease_all(queue)}
        assert not left.keys() & promises.settled.keys()
        for lease in left.values():
            failed = Settlement(state=JobState.FAILED, failure="it was not needed")
            assert await queue.settle(lease, failed)
        states = {job_id: (await store.get("ada", job_id)).state for job_id in promises.added}
    assert len(promises.added) >= 100
    assert set(states.values()) <= {JobState.FINISHED, JobState.FAILED}


def run_two(settled_by_each: int, path: Path, promises: Promises) -> None:
    """Let two processes share the table until each has settled so many jobs, then kill both."""
    arguments = [sys.executable, str(LOAD), str(path)]
    with (
        subprocess.Popen([*arguments, "one"], stdout=subprocess.PIPE, text=True) as one,
        subprocess.Popen([*arguments, "two"], stdout=subprocess.PIPE, text=True) as two,
    ):
        for name, process in {"one": one, "two": two}.items():
            assert process.stdout is not None
            for line in process.stdout:
                promises.hear([line])
                if promises.settled_by(name) == settled_by_each:
                    break
        for process in (one, two):
            process.kill()
            assert process.stdout is not None
            promises.hear(process.stdout)


async def test_two_processes_share_one_table_and_settle_no_job_twice(tmp_path: Path) -> None:
    path, promises = tmp_path / "test.db", Promises()
    run_two(50, path, promises)
    assert min(promises.settled_by(name) for name in ("one", "two")) >= 50
    async with open_database(path) as database:
        store = SqliteStore(database)
        for job_id, worker in promises.settled.items():
            job = await store.get("ada", job_id)
            assert job.result is not None
            assert job.result.isolation.backend == worker
