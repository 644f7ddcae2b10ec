"""The rules of leasing, the same on every adapter: how long a claim holds, what settling does."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from stockade.core.job import MOVES, Job, JobState, Lease, Settlement


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How long a lease holds, how often a job is tried, how long a wait goes without a look.

    The look finds what rings no bell in this process: leases that expired, and jobs that another
    process put. A worker renews its leases well within ``lease_for``.
    """

    lease_for: timedelta = timedelta(seconds=30)
    max_attempts: int = 5
    look_every_s: float = 1.0

    def settled(self, lease: Lease, settlement: Settlement, at: datetime) -> Job:
        """The leased job as the settlement leaves it; after the last attempt none is left to queue.

        Raises ``ValueError`` for a state that no running job may move to.
        """
        if settlement.state not in MOVES[JobState.RUNNING]:
            raise ValueError(f"a running job cannot become {settlement.state}")
        if settlement.state is JobState.QUEUED:
            return self._released(lease.job, settlement.failure, at)
        return replace(
            lease.job,
            state=settlement.state,
            finished_at=at,
            result=settlement.result,
            failure=settlement.failure,
        )

    def _released(self, job: Job, failure: str | None, at: datetime) -> Job:
        if job.attempts < self.max_attempts:
            # The start is that of the attempt under way: a job that waits again has none.
            return replace(job, state=JobState.QUEUED, started_at=None, failure=failure)
        return self._given_up(job, failure or "The job was released.", at)

    def expired(self, job: Job, at: datetime) -> Job:
        """The job, given up because the lease of its last attempt ran out."""
        return self._given_up(job, LOST_WORKER, at)

    def _given_up(self, job: Job, failure: str, at: datetime) -> Job:
        return replace(
            job,
            state=JobState.FAILED,
            finished_at=at,
            failure=given_up_because(job.attempts, failure),
        )


LOST_WORKER = "The worker was lost."


def given_up_because(attempts: int, failure: str) -> str:
    """What a job that was tried as often as allowed says of its last attempt."""
    return f"Given up after {attempts} attempts; the last one: {failure}"
