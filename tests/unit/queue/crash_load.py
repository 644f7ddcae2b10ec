"""A process to be killed: records, leases and settles jobs as fast as it can.

    python crash_load.py DATABASE NAME

Each line it prints is a promise that must outlive it: ``added ID``, ``settled ID BY``.
"""

from __future__ import annotations

import asyncio
import os
import sys
import uuid
from pathlib import Path

from stockade.core.job import Job, JobState, Result, Settlement
from stockade.core.step import Isolation
from stockade.core.submission import Submission
from stockade.database.clock import SystemClock
from stockade.database.sqlite import open_database
from stockade.queue.table import TableQueue
from stockade.store.sqlite import SqliteStore

CALLERS = 8
CLOCK = SystemClock()


def promise(*words: str) -> None:
    # One write, unbuffered: a line is there as a whole or not at all.
    os.write(sys.stdout.fileno(), (" ".join(words) + "\n").encode())


def new_job() -> Job:
    return Job(
        id=str(uuid.uuid4()),
        owner="ada",
        submission=Submission(language="python", files=(), entry="main.py", stdin=b"x" * 500),
        state=JobState.QUEUED,
        created_at=CLOCK.now(),
    )


async def add_jobs(store: SqliteStore, queue: TableQueue) -> None:
    while True:
        job = new_job()
        await store.add(job)
        promise("added", job.id)
        await queue.put(job)


async def settle_jobs(queue: TableQueue, worker: str) -> None:
    while True:
        for lease in await queue.lease(worker, 2):
            result = Result(
                verdict=None, compile=None, run=None, isolation=Isolation(backend=worker)
            )
            settlement = Settlement(state=JobState.FINISHED, result=result)
            if await queue.settle(lease, settlement):
                promise("settled", lease.job.id, worker)


async def main(path: Path, name: str) -> None:
    async with open_database(path) as database, asyncio.TaskGroup() as tasks:
        store, queue = SqliteStore(database), TableQueue(database, CLOCK)
        for number in range(CALLERS):
            tasks.create_task(add_jobs(store, queue))
            tasks.create_task(settle_jobs(queue, f"{name}-{number}"))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
