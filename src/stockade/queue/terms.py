"""The rules of leasing, the same on every adapter: how long a claim holds, what settling does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, TypeAlias

from stockade.core.job import MOVES, Job, JobState, Settlement

# What becomes of a job whose lease expired.
LOST: Final = Settlement(state=JobState.QUEUED, failure="The worker was lost.")

# Told of each job that the queue itself has settled: no worker is there to announce it.
Announce: TypeAlias = Callable[[Job], None]


def to_nobody(_job: Job) -> None:
    """Announce nothing."""


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
        comes_back = settlement.state is JobState.QUEUED and settlement.uses_attempt
        if not comes_back or attempts < self.max_attempts:
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
    # An attempt's number that was not used is given out again. The fence does without it: only the
    # holder gives a job back, and so knows that it holds it no more.
    attempts = job.attempts if settlement.uses_attempt else job.attempts - 1
    return replace(
        job,
        state=settlement.state,
        attempts=attempts,
        started_at=job.started_at if is_final else None,
        finished_at=at if is_final else None,
        result=settlement.result,
        failure=settlement.failure,
    )
