"""The store in memory: for tests, and for what may be forgotten when the process ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from itertools import islice

from stockade.core.errors import Conflict, JobNotFound, StoreError
from stockade.core.job import Job, JobState
from stockade.core.ports import Page
from stockade.database.memory import MemoryJobs
from stockade.store.cursor import decode_cursor, encode_cursor


class MemoryStore:
    """The ``Store`` port on :class:`MemoryJobs`."""

    def __init__(self, jobs: MemoryJobs) -> None:
        self._jobs = jobs

    async def add(self, job: Job) -> None:
        """Record a new job. Raises ``StoreError`` for an id that is taken."""
        if job.id in self._jobs.jobs:
            raise StoreError(f"The job {job.id} is already recorded.")
        self._jobs.add(job)

    async def get(self, owner: str, job_id: str) -> Job:
        """The job. Raises ``JobNotFound``, for another owner's job as well."""
        job = self._jobs.jobs.get(job_id)
        if job is None or job.owner != owner:
            raise JobNotFound(job_id)
        return job

    async def page(self, owner: str, *, cursor: str | None, size: int) -> Page:
        """An owner's jobs, newest first. Raises ``InvalidSubmission`` for a foreign cursor."""
        before = self._jobs.last_sequence + 1 if cursor is None else decode_cursor(owner, cursor)
        sequences = self._jobs.sequences
        found = (
            job
            for job in reversed(self._jobs.jobs.values())
            if job.owner == owner and sequences[job.id] < before
        )
        jobs = tuple(islice(found, size))
        has_more = next(found, None) is not None
        return Page(
            jobs=tuple(job.summary for job in jobs),
            next_cursor=encode_cursor(owner, sequences[jobs[-1].id]) if has_more else None,
        )

    async def cancel(self, owner: str, job_id: str, at: datetime) -> Job:
        """Cancel the job if it is queued; the job as it is now. Raises ``JobNotFound``."""
        job = await self.get(owner, job_id)
        if job.state is JobState.QUEUED:
            job = replace(job, state=JobState.CANCELLED, finished_at=at)
            self._jobs.jobs[job_id] = job
        return job

    async def delete(self, owner: str, job_id: str) -> None:
        """Forget a final job. Raises ``JobNotFound``, or ``Conflict`` while it is not final."""
        job = await self.get(owner, job_id)
        if not job.state.is_final:
            raise Conflict(f"The submission is {job.state}; cancel it before deleting it.")
        self._jobs.remove(job_id)
