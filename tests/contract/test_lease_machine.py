"""Whatever clients, workers and time do in whatever order: the store and queue against a model.

No job is lost, none is held by two workers at a time, the oldest is taken first, and what a job
ended with never changes. The model is written for clarity alone: a list of jobs, looked through.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from stockade.core.job import Job, JobState, Lease, Result, Settlement
from stockade.core.ports import Queue, Store
from stockade.core.step import Isolation
from stockade.core.submission import Submission
from stockade.database.clock import FakeClock
from stockade.queue.terms import Terms

Backend = tuple[Store, Callable[[Terms], Queue]]
OpenBackend = Callable[[Path, FakeClock], AbstractAsyncContextManager[Backend]]

TERMS = Terms(lease_for=timedelta(seconds=30), max_attempts=3, look_every_s=3600.0)
WORKERS = st.sampled_from(["anna", "ben"])
ANY = st.integers(min_value=0, max_value=1000)
# The state a job is settled with, and whether the attempt counts.
SETTLED = st.sampled_from(
    [
        (JobState.FINISHED, True),
        (JobState.CANCELLED, True),
        (JobState.FAILED, True),
        (JobState.QUEUED, True),
        (JobState.QUEUED, False),
    ]
)


@dataclass(kw_only=True)
class Expected:
    """What the model knows of a job."""

    id: str
    state: JobState = JobState.QUEUED
    attempts: int = 0
    holder: str | None = None
    until: datetime | None = None
    result: Result | None = None

    def is_held_by(self, lease: Lease) -> bool:
        return (self.holder, self.attempts) == (lease.worker, lease.job.attempts)

    def move(
        self, state: JobState, result: Result | None = None, *, uses_attempt: bool = True
    ) -> None:
        is_last = uses_attempt and self.attempts == TERMS.max_attempts
        exhausted = state is JobState.QUEUED and is_last
        self.state = JobState.FAILED if exhausted else state
        self.attempts -= not uses_attempt
        self.holder, self.until, self.result = None, None, result


class LeaseMachine(RuleBasedStateMachine):
    """Drives an adapter and the model side by side."""

    def __init__(self, open_backend: OpenBackend, folder: Path) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.clock = FakeClock()
        self.opened = open_backend(folder, self.clock)
        self.store, make_queue = self.runner.run(self.opened.__aenter__())
        self.queue = make_queue(TERMS)
        self.jobs: list[Expected] = []
        self.leases: list[Lease] = []

    def teardown(self) -> None:
        self.runner.run(self.opened.__aexit__(None, None, None))
        self.runner.close()

    @rule()
    def record(self) -> None:
        job = Job(
            id=f"job-{len(self.jobs)}",
            owner="ada",
            submission=Submission(language="python", files=(), entry="main.py"),
            state=JobState.QUEUED,
            created_at=self.clock.now(),
        )
        self.runner.run(self.store.add(job))
        self.runner.run(self.queue.put(job))
        self.jobs.append(Expected(id=job.id))

    @rule(seconds=st.sampled_from([1, 10, 29, 30, 31]))
    def wait(self, seconds: int) -> None:
        self.clock.advance(timedelta(seconds=seconds))

    def free(self) -> list[Expected]:
        """The jobs that may be taken, if somebody looked now."""
        return [
            job
            for job in self.jobs
            if job.state is JobState.QUEUED
            or (self.is_expired(job) and job.attempts < TERMS.max_attempts)
        ]

    def is_expired(self, job: Expected) -> bool:
        return job.until is not None and job.until <= self.clock.now()

    @precondition(lambda self: self.free())
    @rule(worker=WORKERS, at_most=st.integers(min_value=1, max_value=3))
    def lease(self, worker: str, at_most: int) -> None:
        leases = list(self.runner.run(self.queue.lease(worker, at_most)))
        for job in filter(self.is_expired, self.jobs):
            job.move(JobState.QUEUED)
        taken = self.free()[:at_most]
        for job in taken:
            job.state, job.attempts, job.holder = JobState.RUNNING, job.attempts + 1, worker
            job.until = self.clock.now() + TERMS.lease_for
        assert [(lease.job.id, lease.job.attempts, lease.until) for lease in leases] == [
            (job.id, job.attempts, job.until) for job in taken
        ]
        self.leases += leases

    @precondition(lambda self: self.leases)
    @rule(which=ANY)
    def renew(self, which: int) -> None:
        lease = self.leases[which % len(self.leases)]
        job = self.job_of(lease)
        renewed = self.runner.run(self.queue.renew([lease]))
        assert len(renewed) == job.is_held_by(lease)
        if renewed:
            job.until = renewed[0].until
            assert job.until == self.clock.now() + TERMS.lease_for

    @precondition(lambda self: self.leases)
    @rule(which=ANY, settled=SETTLED)
    def settle(self, which: int, settled: tuple[JobState, bool]) -> None:
        state, uses_attempt = settled
        lease = self.leases[which % len(self.leases)]
        job = self.job_of(lease)
        stands = job.is_held_by(lease)
        result = self.result_of(state)
        settlement = Settlement(
            state=state, result=result, failure="it broke", uses_attempt=uses_attempt
        )
        moved = self.runner.run(self.queue.settle(lease, settlement))
        assert (moved is not None) == stands
        if stands:
            job.move(state, result, uses_attempt=uses_attempt)

    def result_of(self, state: JobState) -> Result | None:
        """A result that is like no other, for the states that have one."""
        if state not in {JobState.FINISHED, JobState.CANCELLED}:
            return None
        backend = f"moment-{self.clock.now().isoformat()}-{len(self.leases)}"
        return Result(verdict=None, compile=None, run=None, isolation=Isolation(backend=backend))

    def job_of(self, lease: Lease) -> Expected:
        return next(job for job in self.jobs if job.id == lease.job.id)

    @precondition(lambda self: self.jobs)
    @rule(which=ANY)
    def cancel(self, which: int) -> None:
        job = self.jobs[which % len(self.jobs)]
        now = self.runner.run(self.store.cancel("ada", job.id, self.clock.now()))
        if job.state is JobState.QUEUED:
            job.state = JobState.CANCELLED
        assert now.state is job.state

    @invariant()
    def every_job_is_as_expected(self) -> None:
        for job in self.jobs:
            found = self.runner.run(self.store.get("ada", job.id))
            assert (found.state, found.attempts, found.result) == (
                job.state,
                job.attempts,
                job.result,
            )
        waiting = sum(job.state is JobState.QUEUED for job in self.jobs)
        assert self.runner.run(self.queue.backlog()).depth == waiting


def test_no_order_of_events_loses_a_job_or_gives_it_to_two(
    open_backend: OpenBackend, tmp_path_factory: pytest.TempPathFactory
) -> None:
    class Machine(LeaseMachine):
        def __init__(self) -> None:
            super().__init__(open_backend, tmp_path_factory.mktemp("leases"))

    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=40,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
