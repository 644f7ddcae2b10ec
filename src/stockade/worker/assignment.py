"""A leased job in a worker's hands: its execution, why it was stopped, what becomes of it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from stockade.core.errors import OurFault
from stockade.core.job import JobState, Lease, Result, Settlement
from stockade.engine.execution import Execution


class Stop(StrEnum):
    """Why a worker kills a job of its own."""

    CANCEL_REQUESTED = "cancel_requested"
    SHUTDOWN = "shutdown"
    LEASE_LOST = "lease_lost"


CUT_SHORT = "The worker was stopped before the program had ended."


class Assignment:
    """One attempt at one job. ``lease`` is the claim as it was last renewed."""

    def __init__(self, lease: Lease, execution: Execution) -> None:
        self.lease = lease
        self.execution = execution
        self._stop: Stop | None = None

    @property
    def job_id(self) -> str:
        """The job's id."""
        return self.lease.job.id

    def stop(self, reason: Stop) -> None:
        """Kill it. The first reason stands, but for a lost lease, which outdoes any other."""
        if self._stop is None or reason is Stop.LEASE_LOST:
            self._stop = reason
        self.execution.cancel()

    def is_lost(self, now: datetime) -> bool:
        """Whether somebody else may answer for the job by now."""
        return self._stop is Stop.LEASE_LOST or self.lease.until <= now

    def renew(self, renewed: Lease | None) -> None:
        """Take over the renewed lease; without one, the claim is lost and the job is killed."""
        if renewed is None:
            self.stop(Stop.LEASE_LOST)
        else:
            self.lease = renewed

    def settle_result(self, result: Result) -> Settlement:
        """What becomes of the job with this result: a verdict finishes it, however it was stopped.

        Without a verdict it is cancelled if somebody asked for that, or else waits for another try;
        where only our shutdown cut it short, as if this one had not been.
        """
        if result.verdict is not None:
            return Settlement(state=JobState.FINISHED, result=result)
        if self._stop is Stop.CANCEL_REQUESTED:
            return Settlement(state=JobState.CANCELLED, result=result)
        return Settlement(
            state=JobState.QUEUED,
            failure=CUT_SHORT,
            uses_attempt=self._stop is not Stop.SHUTDOWN,
        )

    def settle_fault(self, fault: OurFault) -> Settlement:
        """What becomes of the job when we failed: another try, unless nobody wants it any more."""
        if self._stop is Stop.CANCEL_REQUESTED:
            return Settlement(state=JobState.CANCELLED)
        return Settlement(state=JobState.QUEUED, failure=str(fault))
