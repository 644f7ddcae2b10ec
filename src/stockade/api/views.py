"""What a client gets back: the core's values as flat JSON, field by field.

One declaration does three things: the types are checked, msgspec makes and encodes them (in
a third of the time that frozen dataclasses take), and the OpenAPI document describes them.
"""

from __future__ import annotations

from base64 import b64encode
from datetime import datetime, timedelta
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType
from starlette.responses import Response

from stockade.api.problems import View
from stockade.core.job import Job, JobState, JobSummary
from stockade.core.ports import Backlog, Page
from stockade.core.run import Ending, Run
from stockade.core.step import Isolation
from stockade.core.verdict import Verdict

MILLISECOND = timedelta(milliseconds=1)

Moment = Annotated[str, Meta(extra_json_schema={"format": "date-time"})]
Base64 = Annotated[str, Meta(extra_json_schema={"contentEncoding": "base64"})]


class RunView(View, frozen=True, kw_only=True):
    """How one command ended. Text replaces what is not UTF-8; `base64=true` adds the bytes."""

    ending: Ending
    exit_code: Annotated[int | None, Meta(description="Set for `exited`.")]
    signal: Annotated[str | None, Meta(description="Set for `signalled`.", examples=["SIGSEGV"])]
    stdout: str
    stderr: str
    stdout_truncated: Annotated[bool, Meta(description="Whether the middle was cut out.")]
    stderr_truncated: bool
    stdout_bytes: Annotated[int, Meta(description="What it wrote, with what was cut out.")]
    stderr_bytes: int
    cpu_ms: float
    wall_ms: float
    memory_bytes: Annotated[int, Meta(description="Peak of all its processes.")]
    processes_peak: int
    stdout_base64: Base64 | UnsetType = UNSET
    stderr_base64: Base64 | UnsetType = UNSET


class IsolationView(View, frozen=True, kw_only=True):
    """What was enforced for the run: the sandbox, its layers, and those it lacks here."""

    backend: str
    enforced: tuple[str, ...]
    missing: tuple[str, ...]


class PlaceView(View, frozen=True, kw_only=True):
    """Where a queued submission stands: 1 is next."""

    position: int
    age_ms: Annotated[float, Meta(description="How long it has waited.")]


class JobSummaryView(View, frozen=True, kw_only=True):
    """A submission's job without what its runs found out."""

    id: Annotated[str, Meta(extra_json_schema={"format": "uuid"})]
    state: JobState
    verdict: Annotated[Verdict | None, Meta(description="Null until finished, or cancelled.")]
    language: str
    created_at: Moment
    started_at: Moment | None
    finished_at: Moment | None
    queue_ms: Annotated[float | None, Meta(description="From accepted to its latest start.")]
    attempts: Annotated[
        int, Meta(description="Tries; one that a stopping worker cut short is not counted.")
    ]
    failure: Annotated[str | None, Meta(description="For `failed`: what we could not do.")]


class JobView(JobSummaryView, frozen=True, kw_only=True):
    """A submission's job and, once it is final, its result."""

    compile: RunView | None
    run: RunView | None
    isolation: IsolationView | None
    queue: Annotated[
        PlaceView | None,
        Meta(description="Its place in the queue, in answers to GET while it is queued."),
    ]


class JobListView(View, frozen=True, kw_only=True):
    """Some of the submissions, newest first."""

    submissions: tuple[JobSummaryView, ...]
    next_cursor: Annotated[str | None, Meta(description="For the next ones; null: no more.")]


def answer(view: object, *, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A view as JSON."""
    return Response(
        msgspec.json.encode(view),
        status_code=status,
        headers=headers,
        media_type="application/json",
    )


def view_job(job: Job, *, with_bytes: bool = False, place: PlaceView | None = None) -> JobView:
    """The job with its result; ``with_bytes`` adds the outputs byte by byte."""
    result = job.result
    view_run = view_run_with_bytes if with_bytes else view_run_as_text
    return JobView(
        **_summary(job.summary),
        compile=view_run(result.compile) if result and result.compile else None,
        run=view_run(result.run) if result and result.run else None,
        isolation=_view_isolation(result.isolation) if result else None,
        queue=place,
    )


def view_page(page: Page) -> JobListView:
    """A page of jobs, without what their runs found out."""
    return JobListView(
        submissions=tuple(JobSummaryView(**_summary(job)) for job in page.jobs),
        next_cursor=page.next_cursor,
    )


def view_place(job: Job, ahead: Backlog, now: datetime) -> PlaceView:
    """Where a queued job stands behind those ahead of it."""
    return PlaceView(position=ahead.depth + 1, age_ms=milliseconds(job.created_at, now))


def _summary(job: JobSummary) -> dict[str, Any]:
    return {
        "id": job.id,
        "state": job.state,
        "verdict": job.verdict,
        "language": job.language,
        "created_at": moment(job.created_at),
        "started_at": moment(job.started_at) if job.started_at else None,
        "finished_at": moment(job.finished_at) if job.finished_at else None,
        "queue_ms": milliseconds(job.created_at, job.started_at) if job.started_at else None,
        "attempts": job.attempts,
        "failure": job.failure,
    }


def view_run_as_text(run: Run) -> RunView:
    """A run, its outputs as text."""
    return RunView(**_run(run))


def view_run_with_bytes(run: Run) -> RunView:
    """A run, its outputs as text and as base64."""
    return RunView(
        **_run(run),
        stdout_base64=b64encode(run.stdout.data).decode(),
        stderr_base64=b64encode(run.stderr.data).decode(),
    )


def _run(run: Run) -> dict[str, Any]:
    return {
        "ending": run.ending,
        "exit_code": run.exit_code,
        "signal": run.signal,
        "stdout": run.stdout.data.decode(errors="replace"),
        "stderr": run.stderr.data.decode(errors="replace"),
        "stdout_truncated": run.stdout.truncated,
        "stderr_truncated": run.stderr.truncated,
        "stdout_bytes": run.stdout.produced_bytes,
        "stderr_bytes": run.stderr.produced_bytes,
        "cpu_ms": run.usage.cpu_ms,
        "wall_ms": run.usage.wall_ms,
        "memory_bytes": run.usage.memory_bytes,
        "processes_peak": run.usage.processes_peak,
    }


def _view_isolation(isolation: Isolation) -> IsolationView:
    return IsolationView(
        backend=isolation.backend, enforced=isolation.enforced, missing=isolation.missing
    )


def moment(time: datetime) -> str:
    """An aware UTC time as RFC 3339, always with microseconds: as text it sorts as in time."""
    return time.isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def milliseconds(start: datetime, end: datetime) -> float:
    """The time between the two."""
    return (end - start) / MILLISECOND
