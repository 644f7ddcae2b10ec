"""A server that is told to stop lets programs end; told twice it kills them; it forgets nothing."""

from __future__ import annotations

import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.e2e.conftest import MakeServer, Server

SIGNALS = (signal.SIGINT, signal.SIGTERM)
SOON_S = 5.0
# What we cut short ourselves is not held against the job: its second start is its first attempt.
GIVEN_BACK_WHOLE = 1


@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
def test_an_idle_server_stops_at_once_and_leaves_nothing_behind(
    make_server: MakeServer, number: signal.Signals
) -> None:
    server = make_server()
    family, groups = server.process.family(), server.groups()

    server.signal(number)

    assert server.end(SOON_S) == 0
    assert "Stopped. What was queued is kept." in server.said
    assert not [member for member in family if member.is_alive]
    assert not groups()


@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
def test_a_stopping_server_lets_programs_end_and_keeps_the_queued_ones(
    make_server: MakeServer, number: signal.Signals
) -> None:
    server = make_server("--slots", "1")
    running = server.post("bash", "sleep 1; echo ended")
    queued = [server.post("bash", f"echo {number}") for number in range(3)]
    server.until_running(running)

    server.signal(number)

    assert server.end(SOON_S) == 0
    server.start()
    ended = server.get(running)
    assert (ended["state"], ended["run"]["stdout"], ended["attempts"]) == ("finished", "ended\n", 1)
    results = [server.result(job_id) for job_id in queued]
    assert [job["run"]["stdout"] for job in results] == ["0\n", "1\n", "2\n"]
    assert {job["attempts"] for job in results} == {1}


@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
def test_a_server_told_twice_kills_what_runs_and_runs_it_again_after_its_next_start(
    make_server: MakeServer, until: Callable[..., None], number: signal.Signals
) -> None:
    server = make_server("--slots", "1")
    running = server.post("bash", "sleep 1; echo ended")
    server.until_running(running)
    first_start = server.get(running)["started_at"]
    server.signal(number)
    until(lambda: "Once more kills them" in server.said)

    server.signal(number)

    assert server.end(SOON_S) == 0
    server.start()
    again = server.result(running)
    assert (again["verdict"], again["run"]["stdout"]) == ("accepted", "ended\n")
    assert again["started_at"] > first_start
    assert again["attempts"] == GIVEN_BACK_WHOLE


def test_programs_that_do_not_end_in_time_are_killed_and_run_again(
    make_server: MakeServer,
) -> None:
    server = make_server("--slots", "1", env={"STOCKADE_DRAIN_S": "0.2"})
    running = server.post("bash", "sleep 1.5; echo ended")
    server.until_running(running)
    first_start = server.get(running)["started_at"]

    server.signal(signal.SIGTERM)

    assert server.end(SOON_S) == 0
    server.start()
    again = server.result(running)
    assert (again["verdict"], again["attempts"]) == ("accepted", GIVEN_BACK_WHOLE)
    assert again["started_at"] > first_start


def ids_of(server: Server, state: str) -> list[str]:
    """The ids of the jobs that are in a state."""
    listed = server.http.get("/v1/submissions").json()["submissions"]
    return [job["id"] for job in listed if job["state"] == state]


def test_who_waits_for_a_running_program_gets_its_result_from_a_stopping_server(
    make_server: MakeServer, until: Callable[..., None]
) -> None:
    server = make_server("--slots", "1")
    body = {"language": "bash", "source": "sleep 1; echo ended"}
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(server.http.post, "/v1/submissions?wait=20", json=body)
        until(lambda: ids_of(server, "running"))

        server.signal(signal.SIGINT)

        assert server.end(SOON_S) == 0
        answer = waiting.result(SOON_S)
    assert (answer.status_code, answer.json()["run"]["stdout"]) == (200, "ended\n")


def test_who_waits_for_a_queued_program_is_answered_with_the_job_as_it_is(
    make_server: MakeServer, until: Callable[..., None]
) -> None:
    server = make_server("--slots", "1", env={"STOCKADE_DRAIN_S": "0.2"})
    server.until_running(server.post("bash", "sleep 20", limits={"wall_time_s": 30}))
    body = {"language": "bash", "source": "echo queued"}
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(server.http.post, "/v1/submissions?wait=20", json=body)
        until(lambda: ids_of(server, "queued"))

        server.signal(signal.SIGINT)

        answer = waiting.result()
        assert server.end(SOON_S) == 0
    assert (answer.status_code, answer.json()["state"]) == (202, "queued")


def test_who_waits_for_a_program_that_is_killed_is_answered_with_the_job_as_it_is(
    make_server: MakeServer, until: Callable[..., None]
) -> None:
    server = make_server("--slots", "1")
    body = {"language": "bash", "source": "sleep 20", "limits": {"wall_time_s": 30}}
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(server.http.post, "/v1/submissions?wait=20", json=body)
        until(lambda: ids_of(server, "running"))
        server.signal(signal.SIGINT)
        until(lambda: "Once more kills them" in server.said)

        server.signal(signal.SIGINT)

        answer = waiting.result()
        assert server.end(SOON_S) == 0
    assert (answer.status_code, answer.json()["state"] in {"queued", "running"}) == (202, True)
