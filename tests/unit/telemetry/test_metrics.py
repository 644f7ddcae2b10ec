from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from stockade.core.errors import OurFault, QueueError, SandboxError
from stockade.core.job import Job, JobState, Result
from stockade.core.ports import Backlog
from stockade.core.run import Ending, Output, Run, Usage
from stockade.core.step import Isolation
from stockade.core.submission import File, Submission
from stockade.core.verdict import Verdict
from stockade.telemetry.metrics import Metrics

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
JOB = Job(
    id="job",
    owner="local",
    submission=Submission(
        language="python", files=(File(name="main.py", content=b"SOURCE"),), entry="main.py"
    ),
    state=JobState.QUEUED,
    created_at=NOON,
)
RUN = Run(
    ending=Ending.EXITED,
    exit_code=0,
    signal=None,
    stdout=Output(data=b"OUTPUT"),
    stderr=Output(),
    usage=Usage(cpu_ms=250.0, wall_ms=1500.0, memory_bytes=1, processes_peak=1),
)
FINISHED = replace(
    JOB,
    state=JobState.FINISHED,
    started_at=NOON + timedelta(seconds=1),
    finished_at=NOON + timedelta(seconds=3),
    result=Result(
        verdict=Verdict.ACCEPTED, compile=None, run=RUN, isolation=Isolation(backend="fake")
    ),
)


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


def lines(metrics: Metrics) -> list[str]:
    return metrics.exposition().decode().splitlines()


@pytest.mark.parametrize(
    ("job", "labels"),
    [
        (FINISHED, 'language="python",state="finished",verdict="accepted"'),
        (JOB, 'language="python",state="queued",verdict="none"'),
        (
            replace(JOB, state=JobState.FAILED),
            'language="python",state="failed",verdict="none"',
        ),
    ],
)
def test_a_settled_job_is_counted_by_language_state_and_verdict(
    metrics: Metrics, job: Job, labels: str
) -> None:
    metrics.job_settled(job)

    assert f"stockade_jobs_total{{{labels}}} 1.0" in lines(metrics)


@pytest.mark.parametrize(
    ("name", "seconds"), [("queue", 1.0), ("total", 3.0), ("run_wall", 1.5), ("run_cpu", 0.25)]
)
def test_a_finished_job_tells_how_long_each_part_took(
    metrics: Metrics, name: str, seconds: float
) -> None:
    metrics.job_settled(FINISHED)

    assert f'stockade_job_{name}_seconds_sum{{language="python"}} {seconds}' in lines(metrics)


@pytest.mark.parametrize("name", ["queue", "total", "run_wall", "run_cpu"])
def test_a_job_given_back_tells_no_times(metrics: Metrics, name: str) -> None:
    metrics.job_settled(JOB)

    assert not [line for line in lines(metrics) if line.startswith(f"stockade_job_{name}_seconds_")]


def test_a_result_without_a_run_is_counted(metrics: Metrics) -> None:
    assert FINISHED.result is not None
    result = replace(FINISHED.result, verdict=Verdict.COMPILE_ERROR, run=None)

    metrics.job_settled(replace(FINISHED, result=result))

    labels = 'language="python",state="finished",verdict="compile_error"'
    assert f"stockade_jobs_total{{{labels}}} 1.0" in lines(metrics)


@pytest.mark.parametrize("error", [SandboxError("x"), QueueError("y"), OurFault("z")])
def test_a_fault_of_ours_is_counted_by_its_kind(metrics: Metrics, error: OurFault) -> None:
    metrics.our_fault(error)
    metrics.our_fault(error)

    assert f'stockade_our_faults_total{{kind="{type(error).__name__}"}} 2.0' in lines(metrics)


def test_slots_are_told_in_all_and_busy(metrics: Metrics) -> None:
    metrics.total_slots(4)
    metrics.busy_slots(3)
    metrics.busy_slots(2)

    assert {"stockade_slots 4.0", "stockade_slots_busy 2.0"} <= set(lines(metrics))


@pytest.mark.parametrize(
    ("backlog", "depth", "age"),
    [
        (Backlog(depth=7, oldest_at=NOON - timedelta(seconds=90)), "7.0", "90.0"),
        (Backlog(depth=0, oldest_at=None), "0.0", "0.0"),
    ],
)
def test_the_backlog_is_told_as_depth_and_age(
    metrics: Metrics, backlog: Backlog, depth: str, age: str
) -> None:
    metrics.backlog(backlog, NOON)

    assert f"stockade_queue_depth {depth}" in lines(metrics)
    assert f"stockade_queue_oldest_age_seconds {age}" in lines(metrics)


def test_an_unknown_backlog_is_not_an_old_one(metrics: Metrics) -> None:
    metrics.backlog(Backlog(depth=7, oldest_at=NOON), NOON)
    metrics.backlog_unknown()

    assert {"stockade_queue_depth NaN", "stockade_queue_oldest_age_seconds NaN"} <= set(
        lines(metrics)
    )


def test_requests_are_counted_and_timed_by_route(metrics: Metrics) -> None:
    metrics.request_answered("GET", "/v1/x/{id}", 200, 0.25)

    assert (
        'stockade_http_requests_total{method="GET",route="/v1/x/{id}",status="200"} 1.0'
        in lines(metrics)
    )
    assert (
        'stockade_http_request_duration_seconds_sum{method="GET",route="/v1/x/{id}"} 0.25'
        in lines(metrics)
    )


def test_servers_in_one_process_share_no_counter(metrics: Metrics) -> None:
    metrics.busy_slots(3)

    assert "stockade_slots_busy 0.0" in lines(Metrics())


def test_neither_source_nor_output_is_told(metrics: Metrics) -> None:
    metrics.job_settled(FINISHED)

    text = metrics.exposition()
    assert b"SOURCE" not in text
    assert b"OUTPUT" not in text
