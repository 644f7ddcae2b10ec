"""The rules of leasing, the same on every adapter: how long a claim holds, what settling does."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from stockade.core.job import MOVES, Job, JobState, Settlement

# What becomes of a job whose lease expired.
LOST: Final = Settlement(state=JobState.QUEUED, failure="The worker was lost.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How long a lease holds, how often a job is tried, how long a wait goes without a look.

    The look finds what rings no bell in this process: leases that expired, and jobs that another
    process put. A worker renews its leases well within ``lease_for``.
    """

    lease_for: timedelta = timedelta(seconds=30)
    max_attempts: int = 5
    look_every_s: float = 1.0

    def allowed(self, settlement: Settlement, attempts: int) -> Settlement:
        """The settlement of a job tried so often: after the last attempt no way leads back.

        Raises ``ValueError`` for a state that no running job may move to.
        """
        if settlement.state not in MOVES[JobState.RUNNING]:
            raise ValueError(f"a running job cannot become {settlement.state}")
        if settlement.state is not JobState.QUEUED or attempts < self.max_attempts:
            return settlement
        failure = settlement.failure or "It was released."
        return Settlement(
            state=JobState.FAILED,
            failure=f"Given up in attempt {attempts}: {failure}",
        )


def claimed(job: Job, at: datetime) -> Job:
    """The waiting job as the attempt that begins now."""
    return replace(job, state=JobState.RUNNING, attempts=job.attempts + 1, started_at=at)


def settled(job: Job, settlement: Settlement, at: datetime) -> Job:
    """The running job as the settlement leaves it.

    ``started_at`` is the start of the last attempt; a job that waits again has none.
    """
    is_final = settlement.state.is_final
    return replace(
        job,
        state=settlement.state,
        started_at=job.started_at if is_final else None,
        finished_at=at if is_final else None,
        result=settlement.result,
        failure=settlement.failure,
    )
