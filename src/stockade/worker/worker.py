"""The worker's tasks. See the package for who runs, who waits on whom, and what dies when."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator

from stockade.core.errors import OurFault
from stockade.core.job import Lease, Settlement
from stockade.engine.execution import Execution
from stockade.worker.assignment import Assignment, Stop
from stockade.worker.backoff import Backoff
from stockade.worker.cancelled import CancelledJobs
from stockade.worker.settling import Settler
from stockade.worker.slots import Slots
from stockade.worker.tools import DEFAULT_PACE, Pace, Tools

_log = logging.getLogger(__name__)


class Worker:
    """Carries out as many jobs at a time as its sandbox has slots. ``name`` is in its leases."""

    def __init__(self, name: str, tools: Tools, pace: Pace = DEFAULT_PACE) -> None:
        self._name = name
        self._tools = tools
        self._pace = pace
        self._grace_s = pace.grace_s
        self._settler = Settler(tools, pace)
        self._slots = Slots(tools.sandbox.slots, tools.metrics.busy_slots)
        self._cancelled = CancelledJobs()
        self._assignments: set[Assignment] = set()
        self._job_tasks: set[asyncio.Task[None]] = set()
        self._sandbox_faults = Backoff(pace.retry_s)
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        """Work until told to stop, and then until the last job is settled or given back.

        When this is cancelled instead, every box is killed at once and the leases run out.
        """
        self._tools.metrics.total_slots(self._tools.sandbox.slots)
        async with self._tools.channel.cancel_requests() as requests, asyncio.TaskGroup() as tasks:
            obeying = tasks.create_task(self._obey(requests))
            beating = tasks.create_task(self._beat())
            leasing = tasks.create_task(self._lease_jobs(tasks))
            await self._stopping.wait()
            leasing.cancel()
            await self._drain()
            # Without the heartbeat, a settling that cannot succeed ends with its lease.
            beating.cancel()
            obeying.cancel()

    def stop(self) -> None:
        """Lease no more, and let the jobs that run end within the grace time."""
        self._stopping.set()

    def kill(self) -> None:
        """Stop, and give back the jobs that run without waiting for them."""
        self._grace_s = 0.0
        self._stopping.set()
        self._stop_jobs()

    async def _lease_jobs(self, tasks: asyncio.TaskGroup) -> None:
        queue_faults = Backoff(self._pace.retry_s)
        while True:
            await queue_faults.pause()
            free = await self._slots.wait_free()
            # A sandbox that fails every job at once would soon have failed the whole queue.
            await self._sandbox_faults.pause()
            try:
                leases = await self._tools.queue.lease(self._name, free)
            except OurFault as fault:
                self._report(fault, "no job could be leased")
                queue_faults.failed()
                continue
            queue_faults.succeeded()
            for lease in leases:
                self._start(lease, tasks)

    def _start(self, lease: Lease, tasks: asyncio.TaskGroup) -> None:
        tools = self._tools
        execution = Execution(lease.job.submission, tools.catalogue, tools.sandbox)
        assignment = Assignment(lease, execution)
        if assignment.job_id in self._cancelled:
            assignment.stop(Stop.CANCEL_REQUESTED)
        # Here, not in the task: the next look at the free slots comes before it runs.
        self._slots.take()
        self._assignments.add(assignment)
        task = tasks.create_task(self._attend(assignment))
        self._job_tasks.add(task)
        task.add_done_callback(self._job_tasks.discard)

    async def _attend(self, assignment: Assignment) -> None:
        try:
            self._tools.channel.announce(assignment.lease.job)
            settlement = await self._carry_out(assignment)
            await self._settler.settle(assignment, settlement)
        except Exception as error:  # noqa: BLE001 - the one place that outlives a bug
            # A bug that one job brings to light must not take down the others and the worker.
            # Its lease is not renewed any more: the job comes back, as often as it has attempts.
            _log.exception("job %s met a bug", assignment.job_id)
            self._tools.metrics.our_fault(OurFault(repr(error)))
        finally:
            self._assignments.discard(assignment)

    async def _carry_out(self, assignment: Assignment) -> Settlement:
        try:
            result = await assignment.execution.carry_out()
        except OurFault as fault:
            self._report(fault, f"job {assignment.job_id} could not be carried out")
            self._sandbox_faults.failed()
            return assignment.settle_fault(fault)
        finally:
            self._slots.give_back()
        self._sandbox_faults.succeeded()
        return assignment.settle_result(result)

    def _report(self, fault: OurFault, problem: str) -> None:
        self._tools.metrics.our_fault(fault)
        _log.warning("%s: %s", problem, fault)

    async def _obey(self, requests: AsyncIterator[str]) -> None:
        async for job_id in requests:
            self._cancelled.add(job_id)
            for assignment in self._assignments:
                if assignment.job_id == job_id:
                    assignment.stop(Stop.CANCEL_REQUESTED)

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(self._pace.heartbeat_s)
            try:
                await self._renew(tuple(self._assignments))
            except OurFault as fault:
                self._report(fault, "the leases could not be renewed")

    async def _renew(self, assignments: tuple[Assignment, ...]) -> None:
        if not assignments:
            return
        renewed = await self._tools.queue.renew([each.lease for each in assignments])
        # One worker may meet a job in two attempts, if it was so late that the first one expired.
        leases = {(lease.job.id, lease.job.attempts): lease for lease in renewed}
        for each in assignments:
            # One that was settled meanwhile counts as lost here, which no longer matters to it.
            each.renew(leases.get((each.job_id, each.lease.job.attempts)))

    async def _drain(self) -> None:
        if self._job_tasks:
            await asyncio.wait(self._job_tasks, timeout=self._grace_s)
        self._stop_jobs()

    def _stop_jobs(self) -> None:
        for assignment in self._assignments:
            assignment.stop(Stop.SHUTDOWN)
