"""The figures that Prometheus scrapes, phrased for those who have something to tell.

Each :class:`Metrics` owns its registry, so two servers in one process never share a counter.
Labels come from closed sets only (languages of the catalogue, route templates, our own errors):
a client cannot make up a new time series.
"""

from __future__ import annotations

import math
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from stockade.core.errors import OurFault
from stockade.core.job import Job
from stockade.core.ports import Backlog
from stockade.core.run import Run

# From the quickest box (milliseconds) to the longest wall time an operator may allow (minutes).
JOB_BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)
# An answer costs well under a millisecond; a long poll lasts up to a minute.
HTTP_BUCKETS_S = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5, 15, 60)

MS_PER_S = 1000


class Metrics:
    """Counters, gauges and histograms of one server, of its API and its worker."""

    content_type = CONTENT_TYPE_PLAIN_0_0_4

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._add_jobs()
        self._add_slots_and_queue()
        self._add_http()

    def _add_jobs(self) -> None:
        self._jobs = self._counter(
            "stockade_jobs",
            "Settlements, by the state a job moved to.",
            "language",
            "state",
            "verdict",
        )
        self._faults = self._counter("stockade_our_faults", "What we failed at, by kind.", "kind")
        self._queue_s = self._job_histogram("queue", "From accepted to taken by a worker.")
        self._total_s = self._job_histogram("total", "From accepted to settled for good.")
        self._run_wall_s = self._job_histogram("run_wall", "Wall time of the program's run.")
        self._run_cpu_s = self._job_histogram("run_cpu", "CPU time of the program's run.")

    def _add_slots_and_queue(self) -> None:
        self._slots = self._gauge("stockade_slots", "Boxes this worker may hold at once.")
        self._busy = self._gauge("stockade_slots_busy", "Jobs this worker is carrying out.")
        self._depth = self._gauge("stockade_queue_depth", "Jobs that wait for a worker.")
        self._age_s = self._gauge(
            "stockade_queue_oldest_age_seconds", "How long the oldest waiting job has waited."
        )

    def _add_http(self) -> None:
        labels = ("method", "route", "status")
        self._requests = self._counter("stockade_http_requests", "Requests answered.", *labels)
        self._request_s = Histogram(
            "stockade_http_request_duration_seconds",
            "From the request's head to the end of its answer; long polls included.",
            labels[:2],
            buckets=HTTP_BUCKETS_S,
            registry=self._registry,
        )

    def _counter(self, name: str, help_text: str, *labels: str) -> Counter:
        return Counter(name, help_text, labels, registry=self._registry)

    def _gauge(self, name: str, help_text: str) -> Gauge:
        return Gauge(name, help_text, registry=self._registry)

    def _job_histogram(self, phase: str, help_text: str) -> Histogram:
        return Histogram(
            f"stockade_job_{phase}_seconds",
            help_text,
            ("language",),
            buckets=JOB_BUCKETS_S,
            registry=self._registry,
        )

    def job_settled(self, job: Job) -> None:
        """A worker settled a job: for good, or back into the queue to be tried again."""
        language = job.submission.language
        result = job.result
        verdict = result.verdict if result else None
        self._jobs.labels(language, job.state, verdict or "none").inc()
        _observe_span(self._queue_s, language, job.created_at, job.started_at)
        _observe_span(self._total_s, language, job.created_at, job.finished_at)
        if result and result.run:
            self._observe_run(language, result.run)

    def _observe_run(self, language: str, run: Run) -> None:
        self._run_wall_s.labels(language).observe(run.usage.wall_ms / MS_PER_S)
        self._run_cpu_s.labels(language).observe(run.usage.cpu_ms / MS_PER_S)

    def our_fault(self, error: OurFault) -> None:
        """We failed at something; it is counted under the name of its type."""
        self._faults.labels(type(error).__name__).inc()

    def total_slots(self, count: int) -> None:
        """How many boxes the worker may hold at once."""
        self._slots.set(count)

    def busy_slots(self, count: int) -> None:
        """How many jobs the worker is carrying out now."""
        self._busy.set(count)

    def backlog(self, backlog: Backlog, now: datetime) -> None:
        """What waits in the queue at this moment; told just before a scrape."""
        self._depth.set(backlog.depth)
        waiting_since = backlog.oldest_at or now
        self._age_s.set((now - waiting_since).total_seconds())

    def backlog_unknown(self) -> None:
        """The queue could not be asked: NaN, because an old figure would pass for a new one."""
        self._depth.set(math.nan)
        self._age_s.set(math.nan)

    def request_answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """An HTTP request got its whole answer. ``route`` is a template, never a path."""
        self._requests.labels(method, route, status).inc()
        self._request_s.labels(method, route).observe(seconds)

    def exposition(self) -> bytes:
        """Everything in Prometheus' text format, of the type :attr:`content_type`."""
        return generate_latest(self._registry)


def _observe_span(
    histogram: Histogram, language: str, start: datetime, end: datetime | None
) -> None:
    if end is not None:
        histogram.labels(language).observe((end - start).total_seconds())
