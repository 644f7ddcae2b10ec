"""Whatever is killed in mid-load: every accepted job ends with its right result, exactly once."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.e2e.conftest import MakeServer, Process, Server

JOBS = 60
SOON_S = 10.0


def source(number: int) -> str:
    """Programs of different lengths, each with an output of its own."""
    return f"sleep 0.0{number % 10}; echo job {number}"


def load(server: Server) -> dict[str, int]:
    """Have jobs accepted; the number of each id."""
    return {server.post("bash", source(number)): number for number in range(JOBS)}


def ids_of(server: Server, state: str) -> list[str]:
    """The ids of the jobs that are in a state."""
    listed = server.http.get("/v1/submissions?limit=100").json()["submissions"]
    return [job["id"] for job in listed if job["state"] == state]


def assert_all_right(server: Server, accepted: dict[str, int]) -> dict[str, dict[str, Any]]:
    """Every accepted job, finished with its own output."""
    finished = {job_id: server.result(job_id) for job_id in accepted}
    for job_id, number in accepted.items():
        job = finished[job_id]
        told = (job["state"], job["verdict"], job["run"]["stdout"])
        assert told == ("finished", "accepted", f"job {number}\n"), job
    assert not ids_of(server, "queued")
    assert not ids_of(server, "running")
    return finished


def assert_nothing_is_left(family: list[Process], groups: Callable[[], list[Path]]) -> None:
    alive = [member for member in family if member.is_alive]
    assert not alive
    assert not groups()


def test_a_killed_server_loses_nothing_and_leaves_nothing_behind(
    make_server: MakeServer, until: Callable[..., None]
) -> None:
    server = make_server("--slots", "2")
    accepted = load(server)
    long_id = server.post("bash", "sleep 1; echo job 60")
    accepted[long_id] = JOBS
    until(lambda: len(ids_of(server, "finished")) >= 10)
    until(lambda: ids_of(server, "running"))
    before = {job_id: server.get(job_id) for job_id in ids_of(server, "finished")}
    family, groups = server.process.family(), server.groups()
    assert groups()

    server.kill()

    until(lambda: not any(member.is_alive for member in family) and not groups(), SOON_S)
    server.start()
    after = assert_all_right(server, accepted)
    assert {job_id: after[job_id] for job_id in before} == before
    retried = [job["attempts"] for job in after.values() if job["attempts"] > 1]
    assert set(retried) <= {2}
    # What was running in the two slots, and nothing else, was tried twice.
    assert len(retried) <= 2
    assert f"{len(retried)} jobs of the server before were running" in server.said or not retried


def test_a_job_that_was_running_when_the_server_was_killed_says_that_it_was_tried_twice(
    make_server: MakeServer,
) -> None:
    server = make_server()
    job_id = server.post("bash", "sleep 0.7; echo done")
    server.until_running(job_id)

    server.kill()
    server.start()
    job = server.result(job_id)

    assert (job["attempts"], job["verdict"], job["run"]["stdout"]) == (2, "accepted", "done\n")
    assert "1 jobs of the server before were running" in server.said


def test_a_killed_warden_is_replaced_and_its_jobs_are_tried_again(
    make_server: MakeServer, until: Callable[..., None]
) -> None:
    server = make_server("--slots", "2")
    process, keeper, warden = server.process, server.keeper, server.warden
    cells = warden.family()
    accepted = load(server)
    long_id = server.post("bash", "sleep 1; echo job 60")
    accepted[long_id] = JOBS
    until(lambda: len(ids_of(server, "finished")) >= 10)
    until(lambda: ids_of(server, "running"))

    os.kill(warden.pid, signal.SIGKILL)

    after = assert_all_right(server, accepted)
    assert max(job["attempts"] for job in after.values()) == 2
    assert (server.process, server.keeper) == (process, keeper)
    assert server.warden != warden
    assert not any(cell.is_alive for cell in cells)


def test_a_killed_keeper_ends_the_server_with_a_word_and_loses_nothing(
    make_server: MakeServer, until: Callable[..., None]
) -> None:
    server = make_server("--slots", "2")
    family, groups = server.process.family(), server.groups()
    accepted = load(server)
    until(lambda: len(ids_of(server, "finished")) >= 10)

    os.kill(server.keeper.pid, signal.SIGKILL)

    assert server.end(SOON_S) == 3
    assert "Error: The warden is gone." in server.said
    assert "Traceback" not in server.said
    until(lambda: not any(member.is_alive for member in family), SOON_S)
    server.start()
    # Nobody was left to remove them but the next server.
    assert not groups()
    assert_all_right(server, accepted)


@pytest.mark.parametrize("slot", [0, 1])
def test_a_killed_cell_is_replaced_and_its_job_tried_again(
    make_server: MakeServer, slot: int
) -> None:
    server = make_server("--slots", "2")
    ids = [server.post("bash", f"sleep 2; echo {number}") for number in range(2)]
    for job_id in ids:
        server.until_running(job_id)

    os.kill(server.warden.children()[slot].pid, signal.SIGKILL)

    jobs = [server.result(job_id) for job_id in ids]
    assert [job["run"]["stdout"] for job in jobs] == ["0\n", "1\n"]
    assert sorted(job["attempts"] for job in jobs) == [1, 2]
