from __future__ import annotations

from stockade.worker.cancelled import CancelledJobs


def test_a_request_is_remembered() -> None:
    cancelled = CancelledJobs()
    cancelled.add("a")

    assert "a" in cancelled
    assert "b" not in cancelled


def test_only_the_oldest_request_is_forgotten() -> None:
    cancelled = CancelledJobs(capacity=2)
    for job_id in ("a", "b", "b", "c"):
        cancelled.add(job_id)

    assert [job_id in cancelled for job_id in ("a", "b", "c")] == [False, True, True]
