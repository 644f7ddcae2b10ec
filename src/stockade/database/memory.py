"""The job table without a database: what the memory store and the memory queue share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from stockade.core.job import Job, JobState, Lease


@dataclass(slots=True)
class MemoryJobs:
    """All jobs by id, in the order they were recorded, and the leases on those that run.

    ``sequences`` numbers the jobs from 1 and never uses a number twice, so that a place in a list
    stays a place when jobs around it are deleted.
    """

    jobs: dict[str, Job] = field(default_factory=dict)
    leases: dict[str, Lease] = field(default_factory=dict)
    sequences: dict[str, int] = field(default_factory=dict)
    last_sequence: int = 0

    def add(self, job: Job) -> None:
        """Append a job."""
        self.last_sequence += 1
        self.jobs[job.id] = job
        self.sequences[job.id] = self.last_sequence

    def remove(self, job_id: str) -> None:
        """Drop a job."""
        del self.jobs[job_id], self.sequences[job_id]

    def queued(self) -> Iterator[Job]:
        """The jobs that wait, oldest first."""
        return (job for job in self.jobs.values() if job.state is JobState.QUEUED)
