"""What the server tells of itself: alive, ready, what it can, how it is used."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.e2e.conftest import MakeServer, Server


def sample(server: Server, name: str) -> float:
    """A figure of ``/metrics``; 0 where it was never counted."""
    for line in server.http.get("/metrics").text.splitlines():
        if line.startswith(f"{name} "):
            return float(line.rpartition(" ")[2])
    return 0.0


def settled(server: Server, language: str, verdict: str) -> float:
    """How many jobs of the language came to this verdict."""
    labels = f'language="{language}",state="finished",verdict="{verdict}"'
    return sample(server, f"stockade_jobs_total{{{labels}}}")


def test_jobs_are_counted_by_language_and_verdict(server: Server) -> None:
    kinds = {
        ("bash", "accepted"): "true",
        ("bash", "runtime_error"): "exit 4",
        ("python", "accepted"): "pass",
        ("c", "compile_error"): "int main(",
    }
    before = {kind: settled(server, *kind) for kind in kinds}

    for (language, _), source in kinds.items():
        server.run(language, source)
    server.run("bash", "true")

    after = {kind: settled(server, *kind) for kind in kinds}
    grown = {kind: after[kind] - before[kind] for kind in kinds}
    assert grown == dict.fromkeys(kinds, 1.0) | {("bash", "accepted"): 2.0}


def test_slots_and_queue_are_told(server: Server) -> None:
    ids = [server.post("bash", "sleep 0.7") for _ in range(4)]
    for job_id in ids[:2]:
        server.until_running(job_id)

    assert sample(server, "stockade_slots") == 2
    assert sample(server, "stockade_slots_busy") == 2
    assert sample(server, "stockade_queue_depth") == 2
    assert sample(server, "stockade_queue_oldest_age_seconds") > 0
    for job_id in ids:
        server.result(job_id)
    assert sample(server, "stockade_queue_depth") == 0
    assert sample(server, "stockade_slots_busy") == 0


def test_requests_are_counted_by_template_and_never_by_path(server: Server) -> None:
    job_id = server.run("bash", "true")["id"]

    text = server.http.get("/metrics").text

    assert 'route="/v1/submissions/{job_id}"' in text
    assert job_id not in text


def test_every_language_of_this_machine_is_told_with_its_version(server: Server) -> None:
    languages = server.http.get("/v1/languages").json()["languages"]

    told = {each["id"]: each for each in languages}
    assert list(told) == ["python", "javascript", "bash", "c", "cpp"]
    for name in ("python", "bash", "c"):
        assert told[name]["available"] is True
        assert told[name]["version"][0].isdigit()
        assert told[name]["missing"] is None


def test_the_limits_are_those_that_are_applied(server: Server) -> None:
    limits = server.http.get("/v1/limits").json()

    too_much = {"cpu_time_s": limits["ceiling"]["cpu_time_s"] + 1}
    most = {"cpu_time_s": limits["ceiling"]["cpu_time_s"]}

    body = {"language": "bash", "source": "true"}
    refused = server.http.post("/v1/submissions", json=body | {"limits": too_much})
    accepted = server.http.post("/v1/submissions", json=body | {"limits": most})
    assert (refused.status_code, accepted.status_code) == (422, 202)


def test_a_ready_server_has_run_a_real_program_and_keeps_the_answer(
    make_server: MakeServer,
) -> None:
    server = make_server("--slots", "1")

    first = server.http.get("/readyz")
    # A slot that is taken would make it wait, or say no.
    blocking = server.post("bash", "sleep 2", limits={"wall_time_s": 20})
    server.until_running(blocking)
    second = server.http.get("/readyz", timeout=1.0)

    assert first.json() == {"status": "ok", "detail": "A Python program ran."}
    assert (second.status_code, second.json()) == (200, first.json())
    # It is not a job: nobody submitted it.
    assert len(server.http.get("/v1/submissions").json()["submissions"]) == 1


def test_an_alive_server_need_not_be_ready(make_server: MakeServer) -> None:
    server = make_server("--slots", "1")
    blocking = server.post("bash", "sleep 30", limits={"wall_time_s": 40})
    server.until_running(blocking)

    alive = server.http.get("/healthz")
    ready = server.http.get("/readyz")

    assert alive.status_code == 200
    assert ready.status_code == 503
    assert ready.json()["detail"] == "No slot came free in time."
    assert int(ready.headers["Retry-After"]) > 0


def test_the_documentation_is_there_without_any_other_server(server: Server) -> None:
    page = server.http.get("/docs")

    assert page.status_code == 200
    assert "http://" not in page.text.replace(str(server.http.base_url), "").replace(
        "http://www.w3.org", ""
    ).replace("http://127.0.0.1:8000", "")
    assert "/v1/submissions" in server.http.get("/openapi.json").json()["paths"]
