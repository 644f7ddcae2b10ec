from __future__ import annotations

import asyncio
import base64
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from stockade.core.errors import StoreError
from stockade.core.job import Job, JobState, Settlement
from stockade.core.run import Output
from stockade.store.memory import MemoryStore

if TYPE_CHECKING:
    from tests.unit.api.conftest import Server

pytestmark = pytest.mark.anyio

PATH = "/v1/submissions"
HELLO = {"language": "python", "source": "print('hello')\n"}
ABSENT = "00000000-0000-4000-8000-000000000000"


async def post(client: httpx.AsyncClient, **fields: object) -> dict[str, str]:
    response = await client.post(PATH, json=HELLO | fields)
    assert response.status_code == 202, response.text
    job: dict[str, str] = response.json()
    return job


async def test_a_program_is_accepted_at_once_and_found_where_location_says(
    client: httpx.AsyncClient,
) -> None:
    created = await client.post(PATH, json=HELLO)

    assert created.status_code == 202
    assert created.json()["state"] == "queued"
    assert created.headers["location"] == f"{PATH}/{created.json()['id']}"
    found = await client.get(created.headers["location"])
    assert found.status_code == 200
    assert found.json()["id"] == created.json()["id"]


async def test_posting_with_wait_answers_with_the_result_as_soon_as_it_is_there(
    server: Server, client: httpx.AsyncClient
) -> None:
    async with asyncio.timeout(10), asyncio.TaskGroup() as tasks:
        answer = tasks.create_task(client.post(PATH, params={"wait": 60}, json=HELLO))
        await server.finish()

    response = answer.result()
    assert response.status_code == 200
    assert response.headers["location"].endswith(response.json()["id"])
    assert response.json()["state"] == "finished"
    assert response.json()["run"]["stdout"] == "hello\n"


async def test_posting_with_a_wait_that_is_too_short_answers_with_the_state(
    client: httpx.AsyncClient,
) -> None:
    response = await client.post(PATH, params={"wait": "0.01"}, json=HELLO)

    assert response.status_code == 202
    assert response.json()["state"] == "queued"
    assert response.json()["queue"] == {"position": 1, "age_ms": 0}


async def test_looking_with_wait_wakes_when_the_job_is_settled(
    server: Server, client: httpx.AsyncClient
) -> None:
    url = f"{PATH}/{(await post(client))['id']}"

    async with asyncio.timeout(10), asyncio.TaskGroup() as tasks:
        answer = tasks.create_task(client.get(url, params={"wait": "60"}))
        await server.channel.is_watched.wait()
        await server.finish()

    assert answer.result().json()["state"] == "finished"


async def test_looking_with_wait_at_a_final_job_does_not_wait(
    server: Server, client: httpx.AsyncClient
) -> None:
    url = f"{PATH}/{(await post(client))['id']}"
    await server.finish()

    async with asyncio.timeout(10):
        response = await client.get(url, params={"wait": "60"})

    assert response.json()["verdict"] == "accepted"


async def test_a_result_carries_every_field_of_the_contract(
    server: Server, client: httpx.AsyncClient
) -> None:
    url = f"{PATH}/{(await post(client))['id']}"
    server.clock.advance(timedelta(milliseconds=2))
    await server.finish()

    assert (await client.get(url)).json() == {
        "id": url.rsplit("/", maxsplit=1)[1],
        "state": "finished",
        "verdict": "accepted",
        "language": "python",
        "created_at": "2026-01-01T00:00:00.000000Z",
        "started_at": "2026-01-01T00:00:00.002000Z",
        "finished_at": "2026-01-01T00:00:00.002000Z",
        "queue_ms": 2.0,
        "attempts": 1,
        "failure": None,
        "compile": None,
        "run": {
            "ending": "exited",
            "exit_code": 0,
            "signal": None,
            "stdout": "hello\n",
            "stderr": "",
            "stdout_truncated": False,
            "stderr_truncated": False,
            "stdout_bytes": 6,
            "stderr_bytes": 0,
            "cpu_ms": 14.5,
            "wall_ms": 20.25,
            "memory_bytes": 9_000_000,
            "processes_peak": 2,
        },
        "isolation": {"backend": "fake", "enforced": ["memory"], "missing": ["network"]},
        "queue": None,
    }


async def test_output_that_is_not_utf8_is_replaced_in_text_and_whole_in_base64(
    server: Server, client: httpx.AsyncClient
) -> None:
    output = b"\xff\x00\xed\xa0\x80ok"
    url = f"{PATH}/{(await post(client))['id']}"
    await server.finish(Output(data=output, produced_bytes=len(output)))

    plain = (await client.get(url)).json()["run"]
    twins = (await client.get(url, params={"base64": "true"})).json()["run"]

    assert plain["stdout"] == twins["stdout"] == output.decode(errors="replace")
    assert base64.b64decode(twins["stdout_base64"]) == output
    assert base64.b64decode(twins["stderr_base64"]) == b""
    assert "stdout_base64" not in plain


async def test_posting_with_base64_adds_the_twins_too(
    server: Server, client: httpx.AsyncClient
) -> None:
    parameters = {"wait": "60", "base64": "true"}
    async with asyncio.timeout(10), asyncio.TaskGroup() as tasks:
        answer = tasks.create_task(client.post(PATH, params=parameters, json=HELLO))
        await server.finish(Output(data=b"\xff", produced_bytes=1))

    assert answer.result().json()["run"]["stdout_base64"] == "/w=="


async def test_a_queued_job_tells_its_place_and_age(
    server: Server, client: httpx.AsyncClient
) -> None:
    await post(client)
    second = await post(client)
    server.clock.advance(timedelta(milliseconds=250))

    found = (await client.get(f"{PATH}/{second['id']}")).json()

    assert found["queue"] == {"position": 2, "age_ms": 250.0}


async def test_a_list_goes_from_new_to_old_by_cursor_without_outputs(
    client: httpx.AsyncClient,
) -> None:
    posted = [(await post(client))["id"] for _ in range(5)]

    listed: list[Any] = []
    parameters = {"limit": "2"}
    while True:
        page = (await client.get(PATH, params=parameters)).json()
        listed += page["submissions"]
        if page["next_cursor"] is None:
            break
        parameters["cursor"] = page["next_cursor"]

    assert [job["id"] for job in listed] == posted[::-1]
    assert not {"run", "compile"} & listed[0].keys()


async def test_a_foreign_cursor_is_refused_by_name(client: httpx.AsyncClient) -> None:
    response = await client.get(PATH, params={"cursor": "made up"})

    assert response.status_code == 422
    assert response.json()["errors"][0]["field"] == "cursor"


async def test_a_queued_job_is_cancelled_at_once(client: httpx.AsyncClient) -> None:
    url = f"{PATH}/{(await post(client))['id']}"

    response = await client.post(f"{url}/cancel")

    assert response.status_code == 200
    assert response.json()["state"] == "cancelled"


async def test_a_running_job_is_asked_to_be_killed(
    server: Server, client: httpx.AsyncClient
) -> None:
    job_id = (await post(client))["id"]
    await server.lease()

    async with server.channel.cancel_requests() as requests:
        response = await client.post(f"{PATH}/{job_id}/cancel")
        async with asyncio.timeout(10):
            assert await anext(requests) == job_id

    assert response.status_code == 202
    assert response.json()["state"] == "running"


async def test_cancelling_a_final_job_changes_nothing(
    server: Server, client: httpx.AsyncClient
) -> None:
    url = f"{PATH}/{(await post(client))['id']}"
    await server.finish()

    response = await client.post(f"{url}/cancel")

    assert response.status_code == 200
    assert response.json()["state"] == "finished"


async def test_a_rerun_is_a_new_job_of_the_same_submission(
    server: Server, client: httpx.AsyncClient
) -> None:
    first = await post(client, stdin="again", env={"A": "b"})

    response = await client.post(f"{PATH}/{first['id']}/rerun")

    assert response.status_code == 202
    second = response.json()["id"]
    assert response.headers["location"] == f"{PATH}/{second}"
    assert second != first["id"]
    assert server.jobs.jobs[second].submission == server.jobs.jobs[first["id"]].submission


async def test_a_final_job_is_forgotten_on_demand(
    server: Server, client: httpx.AsyncClient
) -> None:
    url = f"{PATH}/{(await post(client))['id']}"
    await server.finish()

    response = await client.delete(url)

    assert (response.status_code, response.content) == (204, b"")
    assert (await client.get(url)).status_code == 404


async def test_a_job_that_is_not_final_is_not_forgotten(client: httpx.AsyncClient) -> None:
    response = await client.delete(f"{PATH}/{(await post(client))['id']}")

    assert response.status_code == 409
    assert response.json()["type"] == "/docs#conflict"


@pytest.mark.parametrize("job_id", [ABSENT, "1", "%00", ABSENT.upper(), f"{{{ABSENT}}}"])
@pytest.mark.parametrize(
    ("method", "below"), [("GET", ""), ("DELETE", ""), ("POST", "/cancel"), ("POST", "/rerun")]
)
async def test_a_job_that_is_not_there_is_not_found(
    client: httpx.AsyncClient, job_id: str, method: str, below: str
) -> None:
    response = await client.request(method, f"{PATH}/{job_id}{below}")

    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"


async def test_another_owners_job_is_not_found(server: Server, client: httpx.AsyncClient) -> None:
    job_id = (await post(client))["id"]
    app = server.make_app(owner_of=lambda request: request.headers["x-owner"])

    async with server.client(app) as stranger:
        foreign = await stranger.get(f"{PATH}/{job_id}", headers={"x-owner": "eve"})
        own = await stranger.get(f"{PATH}/{job_id}", headers={"x-owner": "local"})

    assert (foreign.status_code, own.status_code) == (404, 200)


@pytest.mark.parametrize("wait", ["-1", "61", "nan", "inf", "1e1", "", "soon", "1_0", "٣", "0x1"])
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_bad_wait_is_refused_by_name(
    client: httpx.AsyncClient, method: str, wait: str
) -> None:
    url = PATH if method == "POST" else f"{PATH}/{ABSENT}"
    response = await client.request(method, url, params={"wait": wait}, json=HELLO)

    assert response.status_code == 422
    assert [error["field"] for error in response.json()["errors"]] == ["wait"]


async def test_a_job_that_we_failed_at_tells_what_we_could_not_do(
    server: Server, client: httpx.AsyncClient
) -> None:
    url = f"{PATH}/{(await post(client))['id']}"
    settlement = Settlement(state=JobState.FAILED, failure="No box could be made.")
    await server.queue.settle(await server.lease(), settlement)

    found = (await client.get(url, params={"wait": "60"})).json()

    assert (found["state"], found["verdict"]) == ("failed", None)
    assert found["failure"] == "No box could be made."


async def test_a_cut_output_says_so_and_how_much_there_was(
    server: Server, client: httpx.AsyncClient
) -> None:
    url = f"{PATH}/{(await post(client))['id']}"
    await server.finish(Output(data=b"ab", produced_bytes=1000, truncated=True))

    run = (await client.get(url)).json()["run"]

    assert (run["stdout_truncated"], run["stdout_bytes"]) == (True, 1000)
    assert (run["stderr_truncated"], run["stderr_bytes"]) == (False, 0)


class BrokenStore(MemoryStore):
    async def add(self, job: Job) -> None:
        raise StoreError("The disk is full.")


async def test_a_fault_of_ours_is_told_as_ours_and_when_to_come_back(server: Server) -> None:
    server.submissions = replace(server.submissions, store=BrokenStore(server.jobs))

    async with server.client(server.make_app()) as client:
        response = await client.post(PATH, json=HELLO)

    assert response.status_code == 503
    assert int(response.headers["retry-after"]) > 0
    assert "disk" not in response.text
    assert b'stockade_our_faults_total{kind="StoreError"} 1.0' in server.metrics.exposition()
