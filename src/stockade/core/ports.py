"""Every boundary of the system, on one screen.

A port is phrased for its caller and says what it raises. Each has an adapter that ships and needs
nothing (memory, fake), and one contract suite in ``tests/contract`` that every adapter passes.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from stockade.core.job import Job, JobSummary, Lease, Settlement
from stockade.core.step import Isolation, Step, StepOutcome


class Clock(Protocol):
    """The time, as an argument."""

    def now(self) -> datetime:
        """The time of day: aware, UTC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some jobs of a list, newest first, and the cursor of the next ones (None: no more)."""

    jobs: tuple[JobSummary, ...]
    next_cursor: str | None


class Store(Protocol):
    """The truth about jobs. Every write is on disk when it returns. Raises ``StoreError``."""

    async def add(self, job: Job) -> None:
        """Record a new job."""

    async def get(self, owner: str, job_id: str) -> Job:
        """The job. Raises ``JobNotFound``, for another owner's job as well."""

    async def page(self, owner: str, *, cursor: str | None, size: int) -> Page:
        """An owner's jobs, newest first. Raises ``InvalidSubmission`` for a foreign cursor."""

    async def cancel(self, owner: str, job_id: str, at: datetime) -> Job:
        """Cancel the job if it is queued; the job as it is now. Raises ``JobNotFound``."""

    async def delete(self, owner: str, job_id: str) -> None:
        """Forget a final job. Raises ``JobNotFound``, or ``Conflict`` while it is not final."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """How many jobs wait, and since when the oldest of them does."""

    depth: int
    oldest_at: datetime | None


class Queue(Protocol):
    """Carries recorded jobs to workers, at least once. Raises ``QueueError``.

    A job that lost its worker is settled by the queue itself, which announces it as a worker would.
    """

    async def put(self, job: Job) -> None:
        """Offer a recorded job to the workers."""

    async def lease(self, worker: str, at_most: int) -> Sequence[Lease]:
        """Claim up to so many jobs, oldest first; waits until there is at least one."""

    async def renew(self, leases: Sequence[Lease]) -> Sequence[Lease]:
        """Prolong these claims; those that are still the worker's, with their new times."""

    async def settle(self, lease: Lease, settlement: Settlement) -> Job | None:
        """Record what became of a leased job, durably; the job as it is then.

        None if the lease was no longer the worker's: somebody else answers for the job.
        """

    async def backlog(self, ahead_of: Job | None = None) -> Backlog:
        """All that waits, or what would be taken before this job."""


class Channel(Protocol):
    """News of jobs to whoever watches, commands to whoever runs them. Best effort, at once.

    The store is the truth: who misses something here finds it there.
    """

    def announce(self, job: Job) -> None:
        """Tell the watchers of a job what it is now."""

    def watch(self, job_id: str) -> AbstractAsyncContextManager[AsyncIterator[Job]]:
        """What is announced about a job from the moment of entering."""

    def request_cancel(self, job_id: str) -> None:
        """Ask whoever runs this job to kill it."""

    def cancel_requests(self) -> AbstractAsyncContextManager[AsyncIterator[str]]:
        """The ids of jobs to be killed, from the moment of entering."""


class Box(Protocol):
    """One step under way."""

    async def outcome(self) -> StepOutcome:
        """Wait until the box is dead and empty. Raises ``SandboxError``."""

    def cancel(self) -> None:
        """Kill it now; the run then ends as ``cancelled``."""


class Sandbox(Protocol):
    """Makes boxes. Takes as many steps at a time as it has slots; a further one waits."""

    @property
    def slots(self) -> int:
        """How many boxes may be alive at once."""

    @property
    def isolation(self) -> Isolation:
        """What is enforced here."""

    def box(self, step: Step) -> AbstractAsyncContextManager[Box]:
        """Start a step; leaving the context kills what is left of it. Raises ``SandboxError``."""

    async def close(self) -> None:
        """Kill every box, whose holders get ``SandboxError``, and give everything back."""
