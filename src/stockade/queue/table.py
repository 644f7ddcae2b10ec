"""The queue on the job table itself: nothing to keep in step with the store.

A job waits by being recorded as queued. To take one is to write a lease into its row, so no two
workers can; whoever is to change a leased job must name the worker and the attempt it was given
out for (the fence), so who comes late changes nothing. A lease that expired is settled as lost, and
announced, by whoever looks for work next. Nothing about waiting jobs is kept in memory.

``put`` only rings a bell: within this process a waiting worker looks at once. What rings no bell
here (expired leases, jobs that another process put) is found by a look once a second.

Claims and renewals do not wait for the disk. A power loss may undo them: the job is then simply
claimed again, and no worker has survived that could settle it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from stockade.core.errors import QueueError
from stockade.core.job import Job, JobState, Lease, Settlement
from stockade.core.ports import Backlog, Clock
from stockade.database.connections import faults_as
from stockade.database.rows import JobRow, to_job
from stockade.database.sqlite import Database
from stockade.queue.bell import Bell, heard
from stockade.queue.leases import Claim, LeaseTable
from stockade.queue.terms import Announce, Terms, settled, to_nobody

# In microseconds; no lease lasts longer.
_END_OF_TIME: Final = 2**63 - 1


class TableQueue:
    """The ``Queue`` port on the SQLite database that the store records in.

    ``announce`` is told of jobs that were lost.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        terms: Terms | None = None,
        announce: Announce = to_nobody,
    ) -> None:
        self._database = database
        self._clock = clock
        self._terms = terms or Terms()
        self._announce = announce
        self._table = LeaseTable(self._terms)
        self._bell = Bell()

    async def put(self, job: Job) -> None:
        """Offer a recorded job to the workers."""
        self._bell.ring()

    async def lease(self, worker: str, at_most: int) -> Sequence[Lease]:
        """Claim up to so many jobs, oldest first; waits until there is at least one.

        Who is cancelled meanwhile holds nothing. Raises ``QueueError``.
        """
        while True:
            ring = self._bell.next_ring()
            if leases := await self._claim(worker, at_most):
                return leases
            await heard(ring, self._terms.look_every_s)

    async def _claim(self, worker: str, at_most: int) -> Sequence[Lease]:
        now = self._clock.now()
        until = now + self._terms.lease_for
        claim = Claim(worker=worker, at_most=at_most, now=now, until=until)
        with faults_as(QueueError):
            try:
                await self._database.writer.write_unsynced(partial(self._table.claim, claim))
            except asyncio.CancelledError:
                # Whoever waits for a job that was lost finds it in the store when the wait ends.
                self._give_back(claim)
                raise
            self._announce_all(claim.lost)
            return claim.leases()

    def _announce_all(self, rows: Iterable[JobRow]) -> None:
        for row in rows:
            self._announce(to_job(row))

    def _give_back(self, claim: Claim) -> None:
        # The writer works in order: when it comes to this, the claim was made or never will be.
        # Nobody is left to wait for it; if it fails, the leases expire.
        given_back = self._database.writer.write_unsynced(partial(self._table.give_back, claim))
        given_back.add_done_callback(self._ring_after)

    def _ring_after(self, given_back: asyncio.Future[None]) -> None:
        if not given_back.cancelled() and given_back.exception() is None:
            self._bell.ring()

    async def renew(self, leases: Sequence[Lease]) -> Sequence[Lease]:
        """Prolong these claims; those that are still the worker's, with their new times.

        Raises ``QueueError``.
        """
        until = self._clock.now() + self._terms.lease_for
        renew = partial(self._table.renew, leases, until)
        with faults_as(QueueError):
            stood = await self._database.writer.write_unsynced(renew)
        return [
            replace(lease, until=until)
            for lease, still_stood in zip(leases, stood, strict=True)
            if still_stood
        ]

    async def settle(self, lease: Lease, settlement: Settlement) -> Job | None:
        """Record what became of a leased job, durably; the job as it is then.

        None if the lease was no longer the worker's. Raises ``QueueError``, or ``ValueError`` for a
        state that no running job may move to.
        """
        allowed = self._terms.allowed(settlement, lease.job.attempts)
        now = self._clock.now()
        settle = partial(self._table.settle, lease, allowed, now)
        with faults_as(QueueError):
            if not await self._database.writer.write(settle):
                return None
        if allowed.state is JobState.QUEUED:
            self._bell.ring()
        return settled(lease.job, allowed, now)

    async def backlog(self, ahead_of: Job | None = None) -> Backlog:
        """All that waits, or what would be taken before this job. Raises ``QueueError``."""
        with faults_as(QueueError):
            return await self._database.read(partial(self._table.backlog, ahead_of))

    async def reclaim_all(self) -> int:
        """Settle every lease as lost, whoever holds it; how many there were.

        For a process that starts and has the database to itself: the workers that held them died
        with the process before. Raises ``QueueError``.
        """
        release = partial(self._table.release, _END_OF_TIME, self._clock.now())
        with faults_as(QueueError):
            lost = await self._database.writer.write(release)
            self._announce_all(lost)
        self._bell.ring()
        return len(lost)
