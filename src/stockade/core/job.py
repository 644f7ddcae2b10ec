"""A job: our record of carrying a submission out, and the only moves its state may make."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from stockade.core.run import Run
from stockade.core.step import Isolation
from stockade.core.submission import Submission
from stockade.core.verdict import Verdict


class JobState(StrEnum):
    """Where a job is. ``failed`` means that *we* failed, every attempt of it."""

    QUEUED = "queued"
    RUNNING = "running"
    FINISHED = "finished"
    CANCELLED = "cancelled"
    FAILED = "failed"

    @property
    def is_final(self) -> bool:
        """Whether the job will never change again."""
        return not MOVES[self]


MOVES: Mapping[JobState, frozenset[JobState]] = MappingProxyType(
    {
        JobState.QUEUED: frozenset({JobState.RUNNING, JobState.CANCELLED, JobState.FAILED}),
        JobState.RUNNING: frozenset(
            {JobState.QUEUED, JobState.FINISHED, JobState.CANCELLED, JobState.FAILED}
        ),
        JobState.FINISHED: frozenset(),
        JobState.CANCELLED: frozenset(),
        JobState.FAILED: frozenset(),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a finished (or cancelled) job found out.

    ``compile`` is there for languages that are compiled, ``run`` where the program was started.
    ``verdict`` is missing only for a cancelled job.
    """

    verdict: Verdict | None
    compile: Run | None
    run: Run | None
    isolation: Isolation


@dataclass(frozen=True, slots=True, kw_only=True)
class JobSummary:
    """What a list shows of a job: all but its submission and result, which may be megabytes."""

    id: str
    owner: str
    language: str
    state: JobState
    verdict: Verdict | None
    created_at: datetime
    attempts: int
    started_at: datetime | None
    finished_at: datetime | None
    failure: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A submission with its state. ``attempts`` counts the tries, the one under way included.

    Times are aware and UTC. ``failure`` says, for ``failed``, what we could not do.
    """

    id: str
    owner: str
    submission: Submission
    state: JobState
    created_at: datetime
    attempts: int = 0
    started_at: datetime | None = None
    finished_at: datetime | None = None
    result: Result | None = None
    failure: str | None = None

    @property
    def summary(self) -> JobSummary:
        """The job as a list shows it."""
        return JobSummary(
            id=self.id,
            owner=self.owner,
            language=self.submission.language,
            state=self.state,
            verdict=self.result.verdict if self.result else None,
            created_at=self.created_at,
            attempts=self.attempts,
            started_at=self.started_at,
            finished_at=self.finished_at,
            failure=self.failure,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """A worker's claim on a job until a time. ``job.attempts`` is the attempt it stands for."""

    job: Job
    worker: str
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What becomes of a leased job: the state it moves to, and what comes with that state.

    ``finished`` and ``cancelled`` carry a result, ``failed`` and ``queued`` (to be tried again)
    the failure that led there. With ``uses_attempt`` false the attempt is taken off again: its
    worker was stopped, and nothing was learned about the job.
    """

    state: JobState
    result: Result | None = None
    failure: str | None = None
    uses_attempt: bool = True
