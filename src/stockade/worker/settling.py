"""Getting what became of a job recorded, through faults of the queue."""

from __future__ import annotations

import logging

from stockade.core.errors import OurFault
from stockade.core.job import Job, Settlement
from stockade.worker.assignment import Assignment
from stockade.worker.backoff import Backoff
from stockade.worker.tools import Pace, Tools

_log = logging.getLogger(__name__)


class Settler:
    """Settles jobs and tells everybody who should know."""

    def __init__(self, tools: Tools, pace: Pace) -> None:
        self._tools = tools
        self._pace = pace

    async def settle(self, assignment: Assignment, settlement: Settlement) -> None:
        """Record it, trying again until it is recorded or the lease is lost; then announce it.

        A result that could not be recorded is dropped, and logged: the job is run again.
        """
        job = await self._record(assignment, settlement)
        if job is None:
            _log.warning("job %s was lost: its lease is not ours any more", assignment.job_id)
            return
        self._tools.metrics.job_settled(job)
        self._tools.channel.announce(job)

    async def _record(self, assignment: Assignment, settlement: Settlement) -> Job | None:
        backoff = Backoff(self._pace.retry_s)
        while True:
            try:
                # Tried even when the lease looks lost: the queue knows, and refuses it then.
                return await self._tools.queue.settle(assignment.lease, settlement)
            except OurFault as fault:
                self._tools.metrics.our_fault(fault)
                _log.warning("job %s could not be settled: %s", assignment.job_id, fault)
            if assignment.is_lost(self._tools.clock.now()):
                return None
            backoff.failed()
            await backoff.pause()
