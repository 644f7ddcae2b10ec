"""Whose fault it is, as types.

What a program did is a value (:class:`stockade.core.run.Ending`), never an exception.
An exception is either the client's mistake (:class:`InvalidSubmission`, :class:`JobNotFound`,
:class:`Conflict`) or ours (:class:`OurFault` and below), and ours is always safe to try again.
"""

from __future__ import annotations


class StockadeError(Exception):
    """Anything this project raises on purpose."""


class InvalidSubmission(StockadeError):
    """What the client sent cannot be accepted.

    ``field`` is the path of the offending field as the client wrote it (``limits.cpu_time_s``,
    ``files[2].name``), ``problem`` says what is wrong, ``fix`` what would be right.
    """

    def __init__(self, field: str, problem: str, fix: str) -> None:
        super().__init__(f"{field}: {problem} {fix}".rstrip())
        self.field = field
        self.problem = problem
        self.fix = fix


class JobNotFound(StockadeError):
    """No such job for this owner. Another owner's job looks exactly the same."""

    def __init__(self, job_id: str) -> None:
        super().__init__(f"There is no submission {job_id}.")
        self.job_id = job_id


class Conflict(StockadeError):
    """The job is in a state in which this cannot be done; the message says what can."""


class OurFault(StockadeError):
    """Something we failed at. Safe to try again; never shown as the program's verdict."""


class SandboxError(OurFault):
    """A box could not be made, held or read; nothing is known about the program."""


class QueueError(OurFault):
    """The queue could not take, give or settle a job."""


class StoreError(OurFault):
    """The store could not read or record."""
