"""The queue in memory: for tests, and for what may be forgotten when the process ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

from stockade.core.job import Job, JobState, Lease, Settlement
from stockade.core.ports import Backlog, Clock
from stockade.database.memory import MemoryJobs
from stockade.queue.bell import Bell, heard
from stockade.queue.terms import LOST, Announce, Terms, claimed, settled, to_nobody


class MemoryQueue:
    """The ``Queue`` port on :class:`MemoryJobs`; ``announce`` is told of jobs that were lost."""

    def __init__(
        self,
        jobs: MemoryJobs,
        clock: Clock,
        terms: Terms | None = None,
        announce: Announce = to_nobody,
    ) -> None:
        self._jobs = jobs
        self._clock = clock
        self._terms = terms or Terms()
        self._announce = announce
        self._bell = Bell()

    async def put(self, job: Job) -> None:
        """Offer a recorded job to the workers."""
        self._bell.ring()

    async def lease(self, worker: str, at_most: int) -> Sequence[Lease]:
        """Claim up to so many jobs, oldest first; waits until there is at least one."""
        while True:
            ring = self._bell.next_ring()
            self._release_expired()
            if jobs := list(islice(self._jobs.queued(), at_most)):
                return [self._claim(job, worker) for job in jobs]
            await heard(ring, self._terms.look_every_s)

    def _claim(self, job: Job, worker: str) -> Lease:
        now = self._clock.now()
        lease = Lease(job=claimed(job, now), worker=worker, until=now + self._terms.lease_for)
        self._jobs.jobs[job.id] = lease.job
        self._jobs.leases[job.id] = lease
        return lease

    def _release_expired(self) -> None:
        now = self._clock.now()
        for lease in [lease for lease in self._jobs.leases.values() if lease.until <= now]:
            if job := self._settle(lease, LOST):
                self._announce(job)

    async def renew(self, leases: Sequence[Lease]) -> Sequence[Lease]:
        """Prolong these claims; those that are still the worker's, with their new times."""
        until = self._clock.now() + self._terms.lease_for
        renewed = [replace(lease, until=until) for lease in leases if self._is_held(lease)]
        self._jobs.leases.update((lease.job.id, lease) for lease in renewed)
        return renewed

    async def settle(self, lease: Lease, settlement: Settlement) -> Job | None:
        """Record what became of a leased job; the job as it is then.

        None if the lease was no longer the worker's. Raises ``ValueError`` for a state that no
        running job may move to.
        """
        return self._settle(lease, settlement)

    def _settle(self, lease: Lease, settlement: Settlement) -> Job | None:
        final = self._terms.allowed(settlement, lease.job.attempts)
        if not self._is_held(lease):
            return None
        job = settled(lease.job, final, self._clock.now())
        del self._jobs.leases[job.id]
        self._jobs.jobs[job.id] = job
        if job.state is JobState.QUEUED:
            self._bell.ring()
        return job

    def _is_held(self, lease: Lease) -> bool:
        held = self._jobs.leases.get(lease.job.id)
        if held is None or held.worker != lease.worker:
            return False
        return held.job.attempts == lease.job.attempts

    async def backlog(self, ahead_of: Job | None = None) -> Backlog:
        """All that waits, or what would be taken before this job."""
        waiting = list(self._jobs.queued())
        if ahead_of is not None:
            before = self._jobs.sequences.get(ahead_of.id, 0)
            waiting = [job for job in waiting if self._jobs.sequences[job.id] < before]
        oldest_at = waiting[0].created_at if waiting else None
        return Backlog(depth=len(waiting), oldest_at=oldest_at)
