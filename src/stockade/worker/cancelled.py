"""The latest cancel requests, for jobs that come after their request.

A client may ask to cancel a job in the moment between its claim and its arrival at the worker: the
store says ``running``, and here nobody knows the job yet.
"""

from __future__ import annotations

CAPACITY = 1024


class CancelledJobs:
    """The ids of the last so many jobs whose cancelling was asked for, of any worker."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._capacity = capacity
        # A dict keeps the order in which its keys came: the oldest is the first.
        self._ids: dict[str, None] = {}

    def __contains__(self, job_id: str) -> bool:
        return job_id in self._ids

    def add(self, job_id: str) -> None:
        """Remember a request, and forget the oldest if there are too many."""
        self._ids[job_id] = None
        if len(self._ids) > self._capacity:
            del self._ids[next(iter(self._ids))]
