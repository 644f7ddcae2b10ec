from __future__ import annotations

from stockade.worker.backoff import DOUBLINGS, Backoff


def failed(times: int) -> Backoff:
    backoff = Backoff(0.1)
    for _ in range(times):
        backoff.failed()
    return backoff


def test_nothing_is_waited_for_while_all_goes_well() -> None:
    assert failed(0).pause_s == 0.0


def test_each_failure_in_a_row_doubles_the_pause() -> None:
    assert [failed(times).pause_s for times in (1, 2, 3)] == [0.1, 0.2, 0.4]


def test_the_pause_stops_growing() -> None:
    assert failed(DOUBLINGS + 1).pause_s == failed(10_000).pause_s == 6.4


def test_a_success_forgets_the_failures() -> None:
    backoff = failed(5)

    backoff.succeeded()

    assert backoff.pause_s == 0.0
