"""What a client may do with a submission: send, look, wait, list, cancel, rerun, forget."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass

from stockade.core.errors import InvalidSubmission
from stockade.core.job import Job, JobState
from stockade.core.limits import LIMITS_CEILING, Limits, OutOfBounds, find_out_of_bounds
from stockade.core.ports import Backlog, Channel, Clock, Page, Queue, Store
from stockade.core.submission import Submission
from stockade.languages.base import Catalogue


@dataclass(frozen=True, slots=True, kw_only=True)
class Submissions:
    """The use cases of the API side, on top of the ports. Every call is on behalf of an owner."""

    store: Store
    queue: Queue
    channel: Channel
    clock: Clock
    catalogue: Catalogue
    ceiling: Limits = LIMITS_CEILING

    async def submit(self, owner: str, submission: Submission) -> Job:
        """Record a submission and queue it. Raises ``InvalidSubmission``, ``StoreError``."""
        check_submission(submission, self.catalogue, self.ceiling)
        job = self._job(owner, submission)
        await self._accept(job)
        return job

    def _job(self, owner: str, submission: Submission) -> Job:
        return Job(
            id=str(uuid.uuid4()),
            owner=owner,
            submission=submission,
            state=JobState.QUEUED,
            created_at=self.clock.now(),
        )

    async def _accept(self, job: Job) -> None:
        # Recorded before it is queued: what was never taken can then be queued again.
        await self.store.add(job)
        await self.queue.put(job)

    async def get(self, owner: str, job_id: str) -> Job:
        """The job as it is. Raises ``JobNotFound``."""
        return await self.store.get(owner, job_id)

    async def submit_and_wait(self, owner: str, submission: Submission, seconds: float) -> Job:
        """Submit, then wait for the result at most so long; the job as it is then."""
        check_submission(submission, self.catalogue, self.ceiling)
        job = self._job(owner, submission)
        async with self.channel.watch(job.id) as news:
            await self._accept(job)
            final = await _final_within(news, seconds)
        return final or await self.store.get(owner, job.id)

    async def wait(self, owner: str, job_id: str, seconds: float) -> Job:
        """The job once it is final, or as it is when the time is up. Raises ``JobNotFound``."""
        async with self.channel.watch(job_id) as news:
            job = await self.store.get(owner, job_id)
            if job.state.is_final:
                return job
            final = await _final_within(news, seconds)
        return final or await self.store.get(owner, job_id)

    async def page(self, owner: str, *, cursor: str | None, size: int) -> Page:
        """An owner's jobs, newest first. Raises ``InvalidSubmission`` for a foreign cursor."""
        return await self.store.page(owner, cursor=cursor, size=size)

    async def ahead_of(self, job: Job) -> Backlog:
        """What would be taken from the queue before this queued job."""
        return await self.queue.backlog(ahead_of=job)

    async def cancel(self, owner: str, job_id: str) -> Job:
        """Cancel a queued job, or have a running one killed; a final one stays as it is.

        Raises ``JobNotFound``.
        """
        job = await self.store.cancel(owner, job_id, self.clock.now())
        if job.state is JobState.RUNNING:
            self.channel.request_cancel(job_id)
        else:
            self.channel.announce(job)
        return job

    async def rerun(self, owner: str, job_id: str) -> Job:
        """Queue the same submission as a new job. Raises ``JobNotFound``."""
        job = await self.store.get(owner, job_id)
        return await self.submit(owner, job.submission)

    async def delete(self, owner: str, job_id: str) -> None:
        """Forget a final job. Raises ``JobNotFound``, or ``Conflict`` while it is not final."""
        await self.store.delete(owner, job_id)


def check_submission(submission: Submission, catalogue: Catalogue, ceiling: Limits) -> None:
    """Refuse what cannot run here: an unknown or missing language, limits out of bounds.

    Raises ``InvalidSubmission``.
    """
    runtime = catalogue.runtimes.get(submission.language)
    if runtime is None:
        known = ", ".join(catalogue.runtimes)
        raise InvalidSubmission(
            "language", f"There is no language {submission.language!r}.", f"Use one of {known}."
        )
    if runtime.missing is not None:
        raise InvalidSubmission(
            "language", f"{runtime.language.name} cannot run here.", runtime.missing
        )
    _check_limits("limits", submission.limits, ceiling)
    _check_limits("limits.compile", submission.compile_limits, ceiling)


def _check_limits(prefix: str, limits: Limits, ceiling: Limits) -> None:
    wrong = find_out_of_bounds(limits, ceiling=ceiling)
    if wrong is not None:
        raise _refusal(prefix, wrong)


async def _final_within(news: AsyncIterator[Job], seconds: float) -> Job | None:
    try:
        async with asyncio.timeout(seconds):
            async for job in news:
                if job.state.is_final:
                    return job
    except TimeoutError:
        pass
    return None


def _refusal(prefix: str, wrong: OutOfBounds) -> InvalidSubmission:
    side, word = ("high", "at most") if wrong.too_high else ("low", "at least")
    return InvalidSubmission(
        f"{prefix}.{wrong.name}", f"The limit is too {side}.", f"Use {word} {wrong.bound}."
    )
