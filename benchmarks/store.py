"""What the store and the table queue cost: jobs a second and CPU-ms a job.

    python benchmarks/store.py [JOBS]

A job is recorded, leased, and settled with a result. Beside it, in the same run and on the same
disk, stands the bare case: the same statements, each in a commit of its own, as a plain program
would write them. Rounds are interleaved and medians shown, so a busy machine moves all alike.
"""

from __future__ import annotations

import asyncio
import resource
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import uvloop

from stockade.core.job import Job, JobState, Result, Settlement
from stockade.core.run import Ending, Output, Run, Usage
from stockade.core.step import Isolation
from stockade.core.submission import File, Submission
from stockade.core.verdict import Verdict
from stockade.core.wire import encode, to_micros
from stockade.database.clock import SystemClock
from stockade.database.connections import open_for_writing, transaction
from stockade.database.migrate import migrate
from stockade.database.sql import load_migrations, load_statements
from stockade.database.sqlite import open_database
from stockade.queue.table import TableQueue
from stockade.store.sqlite import SqliteStore

CALLERS = 32
ROUNDS = 3
CLOCK = SystemClock()
SUBMISSION = Submission(
    language="python", files=(File(name="main.py", content=b"x" * 1000),), entry="main.py"
)
RESULT = Result(
    verdict=Verdict.ACCEPTED,
    compile=None,
    run=Run(
        ending=Ending.EXITED,
        exit_code=0,
        signal=None,
        stdout=Output(data=b"x" * 300, produced_bytes=300),
        stderr=Output(),
        usage=Usage(cpu_ms=10.0, wall_ms=12.0, memory_bytes=9_000_000, processes_peak=1),
    ),
    isolation=Isolation(backend="cells", enforced=("namespaces", "seccomp", "cgroup")),
)
FINISHED = Settlement(state=JobState.FINISHED, result=RESULT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What so many jobs took: jobs a second, and CPU-ms a job (the kernel's part included)."""

    jobs_per_s: float
    cpu_ms: float


def new_job() -> Job:
    return Job(
        id=str(uuid.uuid4()),
        owner="benchmark",
        submission=SUBMISSION,
        state=JobState.QUEUED,
        created_at=CLOCK.now(),
    )


def measured(jobs: int, work: Callable[[Path], None]) -> Cost:
    with tempfile.TemporaryDirectory() as folder:
        wall, cpu = time.perf_counter(), _cpu_s()
        work(Path(folder) / "bench.db")
        wall, cpu = time.perf_counter() - wall, _cpu_s() - cpu
    return Cost(jobs_per_s=jobs / wall, cpu_ms=cpu / jobs * 1000)


def _cpu_s() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


async def carry_out(path: Path, jobs: int, callers: int) -> None:
    async with open_database(path) as database:
        store, queue = SqliteStore(database), TableQueue(database, CLOCK)

        async def one(worker: str) -> None:
            job = new_job()
            await store.add(job)
            await queue.put(job)
            (lease,) = await queue.lease(worker, 1)
            assert await queue.settle(lease, FINISHED)

        async def caller(number: int) -> None:
            for _ in range(jobs // callers):
                await one(f"worker-{number}")

        await asyncio.gather(*(caller(number) for number in range(callers)))


def bare(path: Path, jobs: int) -> None:
    """The floor for one caller: no event loop, no thread, the same statements, commit by commit."""
    store = load_statements("stockade.store", "jobs.sql")
    leases = load_statements("stockade.queue", "leases.sql")
    with closing(open_for_writing(path)) as connection:
        migrate(connection, load_migrations())
        for _ in range(jobs):
            job, now = new_job(), to_micros(CLOCK.now())
            row = {
                "id": job.id,
                "owner": job.owner,
                "language": SUBMISSION.language,
                "state": "queued",
                "verdict": None,
                "created_at": now,
                "attempts": 0,
                "started_at": None,
                "finished_at": None,
                "failure": None,
            }
            with transaction(connection):
                sequence = connection.execute(store["add_job"], row).lastrowid
                submission = {"sequence": sequence, "data": encode(SUBMISSION)}
                connection.execute(store["add_submission"], submission)
            claim = {"worker": "w", "now": now, "until": now + 1}
            with transaction(connection):
                connection.execute(leases["claim"], claim).fetchall()
            fence = {"id": job.id, "worker": "w", "attempt": 1}
            move = {
                **fence,
                "state": "finished",
                "verdict": "accepted",
                "failure": None,
                "finished_at": now,
                "uses_attempt": True,
            }
            with transaction(connection):
                connection.execute(leases["settle"], move)
                result = {"id": job.id, "data": encode(RESULT)}
                connection.execute(leases["add_result"], result)


def main(jobs: int) -> None:
    cases: dict[str, Callable[[Path], None]] = {
        "bare, a commit a statement": lambda path: bare(path, jobs),
        "one caller": lambda path: uvloop.run(carry_out(path, jobs, 1)),
        f"{CALLERS} callers": lambda path: uvloop.run(carry_out(path, jobs, CALLERS)),
    }
    costs: dict[str, list[Cost]] = {name: [] for name in cases}
    for _ in range(ROUNDS):
        for name, work in cases.items():
            costs[name].append(measured(jobs, work))
    floor = median(cost.jobs_per_s for cost in costs["bare, a commit a statement"])
    print(f"{'':28}{'jobs/s':>9}{'ratio':>8}{'CPU-ms/job':>12}")
    for name, rounds in costs.items():
        rate, cpu = median(c.jobs_per_s for c in rounds), median(c.cpu_ms for c in rounds)
        print(f"{name:28}{rate:9.0f}{rate / floor:8.2f}{cpu:12.3f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3200)
