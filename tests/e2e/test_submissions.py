"""What a client may do with a submission, over HTTP: wait, list, cancel, run again, forget."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.e2e.conftest import MakeServer, Server

# Cancelling promises 200 ms; what is above that is for a machine with other things to do.
KILLED_WITHIN_S = 0.2 + 0.8
NEVER_ENDING = "while :; do sleep 0.01; done"
LONG = {"wall_time_s": 60}


def cancel(server: Server, job_id: str) -> int:
    """Ask for it; the status of the answer."""
    return server.http.post(f"/v1/submissions/{job_id}/cancel").status_code


def fill_slots(server: Server) -> list[str]:
    """Two programs that run until they are cancelled, one in each slot."""
    ids = [server.post("bash", NEVER_ENDING, limits=LONG) for _ in range(2)]
    for job_id in ids:
        server.until_running(job_id)
    return ids


def test_a_running_program_is_killed_at_once_and_its_slot_is_free_again(server: Server) -> None:
    first, second = fill_slots(server)
    waiting = server.post("bash", "echo next")
    asked_at = time.monotonic()

    status = cancel(server, first)
    cancelled, next_one = server.result(first), server.result(waiting)

    took_s = time.monotonic() - asked_at
    assert status == 202
    assert (cancelled["state"], cancelled["verdict"]) == ("cancelled", None)
    assert cancelled["run"]["ending"] == "cancelled"
    assert (next_one["verdict"], next_one["run"]["stdout"]) == ("accepted", "next\n")
    assert took_s < KILLED_WITHIN_S
    assert server.get(second)["state"] == "running"
    assert cancel(server, second) == 202
    assert server.result(second)["state"] == "cancelled"


def test_all_processes_of_a_cancelled_program_are_dead(
    server: Server, until: Callable[..., None]
) -> None:
    before = set(server.warden.family())
    job_id = server.post(
        "bash", "(trap '' TERM INT HUP; sleep 50) & setsid sleep 51 & sleep 52", limits=LONG
    )
    until(lambda: len(set(server.warden.family()) - before) >= 4)
    started = set(server.warden.family()) - before

    cancel(server, job_id)

    assert server.result(job_id)["state"] == "cancelled"
    # What lives of it by now is the box that waits for the next job.
    assert sum(member.is_alive for member in started) <= 1


def test_a_queued_job_is_cancelled_at_once_and_never_runs(server: Server) -> None:
    running = fill_slots(server)
    queued = server.post("bash", "echo never")

    status = cancel(server, queued)

    assert status == 200
    for job_id in running:
        cancel(server, job_id)
        assert server.result(job_id)["state"] == "cancelled"
    assert server.run("bash", "echo after it")["verdict"] == "accepted"
    job = server.get(queued)
    assert (job["state"], job["attempts"], job["run"]) == ("cancelled", 0, None)


def test_a_finished_job_cannot_be_cancelled_any_more(server: Server) -> None:
    job = server.run("bash", "echo done")

    assert cancel(server, job["id"]) == 200

    assert server.get(job["id"]) == job


def test_where_a_queued_job_stands_and_how_old_it_is_can_be_read(server: Server) -> None:
    running = fill_slots(server)
    waiting = [server.post("bash", "echo waited") for _ in range(3)]

    places = [server.get(job_id)["queue"] for job_id in waiting]
    depth = server.http.get("/v1/queue").json()

    assert [place["position"] for place in places] == [1, 2, 3]
    assert all(place["age_ms"] > 0 for place in places)
    assert depth["depth"] == 3
    assert depth["oldest_age_ms"] >= places[0]["age_ms"]
    for job_id in running:
        cancel(server, job_id)
    assert {server.result(job_id)["verdict"] for job_id in waiting} == {"accepted"}
    assert server.http.get("/v1/queue").json() == {"depth": 0, "oldest_age_ms": None}


def test_a_rerun_is_a_new_job_with_the_same_program(server: Server) -> None:
    first = server.run("bash", "cat; echo $1 $NAME", stdin="in ", args=["a"], env={"NAME": "n"})

    answer = server.http.post(f"/v1/submissions/{first['id']}/rerun")

    assert answer.status_code == 202
    second = server.result(answer.json()["id"])
    assert second["id"] != first["id"]
    assert second["run"]["stdout"] == first["run"]["stdout"] == "in a n\n"
    assert answer.headers["Location"] == f"/v1/submissions/{second['id']}"


def test_a_deleted_job_is_not_there_for_anything_any_more(server: Server) -> None:
    job_id = server.run("bash", "echo short-lived")["id"]
    path = f"/v1/submissions/{job_id}"

    assert server.http.delete(path).status_code == 204

    assert server.http.get(path).status_code == 404
    assert server.http.delete(path).status_code == 404
    assert server.http.post(f"{path}/cancel").status_code == 404
    assert server.http.post(f"{path}/rerun").status_code == 404
    listed = server.http.get("/v1/submissions?limit=100").json()["submissions"]
    assert job_id not in [job["id"] for job in listed]


def test_a_job_that_is_not_final_is_not_deleted(server: Server) -> None:
    (running, other) = fill_slots(server)
    queued = server.post("bash", "echo later")

    statuses = [
        server.http.delete(f"/v1/submissions/{job_id}").status_code for job_id in (running, queued)
    ]

    assert statuses == [409, 409]
    for job_id in (queued, running, other):
        cancel(server, job_id)
        assert server.result(job_id)["state"] == "cancelled"


def test_no_byte_of_a_deleted_program_is_left_in_the_data_folder(make_server: MakeServer) -> None:
    server = make_server("--slots", "1")
    secrets = [f"TheSecretOf{part}" for part in ("TheSource", "TheInput", "TheOutput", "Errors")]
    source, stdin, output, errors = secrets
    # The output is put together only when it runs, so that the source does not hold it.
    script = f"# {source}\ncat >/dev/null\nprintf %s%s\\\\n {output[:9]} {output[9:]}\n"
    script += f"printf %s%s\\\\n {errors[:9]} {errors[9:]} >&2\n"
    # Some are large enough for pages of their own.
    jobs = [server.run("bash", script + "#" * size, stdin=stdin) for size in (0, 3000, 100_000)]
    assert jobs[0]["run"]["stdout"] == f"{output}\n"
    assert found_in(server.data, secrets) == set(secrets)

    for job in jobs:
        server.http.delete(f"/v1/submissions/{job['id']}").raise_for_status()
    with closing(sqlite3.connect(server.data / "stockade.db")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    assert found_in(server.data, secrets) == set()
    assert server.run("bash", "echo unharmed")["verdict"] == "accepted"


def found_in(folder: Path, words: list[str]) -> set[str]:
    """Those of the words that are somewhere in the files of the folder."""
    contents = [file.read_bytes() for file in folder.iterdir()]
    return {word for word in words if any(word.encode() in data for data in contents)}


def test_a_long_poll_wakes_as_soon_as_the_program_has_ended(server: Server) -> None:
    job_id = server.post("bash", "sleep 0.5; date +%s.%N")

    job = server.http.get(f"/v1/submissions/{job_id}?wait=20").json()

    late_s = time.time() - float(job["run"]["stdout"])
    assert 0 < late_s < 0.5


def test_a_wait_that_is_over_first_is_answered_with_the_job_as_it_is(server: Server) -> None:
    body = {"language": "bash", "source": NEVER_ENDING, "limits": LONG}
    started_at = time.monotonic()

    created = server.http.post("/v1/submissions?wait=0.3", json=body)
    took_s = time.monotonic() - started_at
    polled = server.http.get(f"/v1/submissions/{created.json()['id']}?wait=0.2")

    assert (created.status_code, created.json()["state"]) == (202, "running")
    assert 0.3 <= took_s < 2
    assert (polled.status_code, polled.json()["state"]) == (200, "running")
    cancel(server, created.json()["id"])
    assert server.result(created.json()["id"])["state"] == "cancelled"


def test_a_wait_long_enough_is_answered_with_the_result(server: Server) -> None:
    body = {"language": "python", "source": "print('hello')"}

    answer = server.http.post("/v1/submissions?wait=10", json=body)

    job = answer.json()
    assert (answer.status_code, job["state"], job["verdict"]) == (200, "finished", "accepted")
    assert job["run"]["stdout"] == "hello\n"
    assert job["queue_ms"] >= 0
    assert job["isolation"]["backend"] == "cells"
    assert answer.headers["Location"] == f"/v1/submissions/{job['id']}"


def test_who_waits_hears_of_a_cancel_by_somebody_else(server: Server) -> None:
    job_id = server.post("bash", NEVER_ENDING, limits=LONG)
    server.until_running(job_id)
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(server.result, job_id)

        cancel(server, job_id)

        assert waiting.result(KILLED_WITHIN_S)["state"] == "cancelled"


def test_the_list_is_walked_by_cursor_newest_first_while_jobs_are_added(server: Server) -> None:
    ids = [server.run("bash", f"echo {number}")["id"] for number in range(7)]

    walked: list[str] = []
    page: dict[str, Any] = {"next_cursor": ""}
    while len(walked) < len(ids) and page["next_cursor"] is not None:
        cursor = f"&cursor={page['next_cursor']}" if page["next_cursor"] else ""
        page = server.http.get(f"/v1/submissions?limit=3{cursor}").json()
        walked += [job["id"] for job in page["submissions"]]
        server.run("bash", "echo added meanwhile")

    assert walked[: len(ids)] == list(reversed(ids))


def test_another_clients_load_holds_up_nobodys_answers(server: Server) -> None:
    load = [server.post("bash", "i=0; while (( i++ < 9999 )); do :; done") for _ in range(40)]

    took_s = []
    for _ in range(20):
        started_at = time.monotonic()
        assert server.http.get(f"/v1/submissions/{load[-1]}").status_code == 200
        took_s.append(time.monotonic() - started_at)

    assert sorted(took_s)[len(took_s) // 2] < 0.1
    assert {server.result(job_id)["verdict"] for job_id in load} == {"accepted"}


@pytest.mark.parametrize("job_id", ["6b1f0c5e-3f6a-4c0e-9d57-0f6c2a1f7b3d", "..", "1"])
def test_what_was_never_there_is_told_in_the_same_words(server: Server, job_id: str) -> None:
    answer = server.http.get(f"/v1/submissions/{job_id.replace('.', '%2e')}")

    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == 404
