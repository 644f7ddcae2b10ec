"""``submit`` against a server that answers what it was told to answer."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from click.testing import CliRunner, Result

from stockade.cli.submit import command

if TYPE_CHECKING:
    from tests.unit.cli.conftest import Make


Submit = Callable[..., Result]


class Asked(NamedTuple):
    """A request that came."""

    line: str
    content_type: str
    body: Any


class Scripted(ThreadingHTTPServer):
    """Answers with the next status and body of its script, and remembers who asked what."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.script: list[tuple[int, object]] = []
        self.asked: list[Asked] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: Scripted

    def do_POST(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        sent = json.loads(body) if body else None
        line = f"{self.command} {self.path}"
        self.server.asked.append(Asked(line, self.headers["Content-Type"], sent))
        status, value = self.server.script.pop(0)
        data = value if isinstance(value, bytes) else json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Nothing: a test has its own words."""


@pytest.fixture
def server() -> Iterator[Scripted]:
    with Scripted() as scripted:
        thread = threading.Thread(target=scripted.serve_forever, args=(0.01,))
        thread.start()
        yield scripted
        scripted.shutdown()
        thread.join()


@pytest.fixture
def submit(server: Scripted, tmp_path: Path) -> Submit:
    file = tmp_path / "main.sh"
    file.write_text("echo out")

    def invoke(*options: str, url: str = server.url) -> Result:
        return CliRunner().invoke(command, ["--server", url, *options, str(file)])

    return invoke


def test_the_program_is_posted_and_its_result_is_told(
    server: Scripted,
    submit: Submit,
    make_job: Make,
) -> None:
    server.script = [(200, make_job())]

    result = submit()

    assert (result.exit_code, result.stdout) == (0, "out\n")
    (asked,) = server.asked
    assert asked.line == "POST /v1/submissions?wait=30&base64=true"
    assert asked.content_type == "application/json"
    assert asked.body["language"] == "bash"


def test_it_asks_again_until_the_job_is_final(
    server: Scripted,
    submit: Submit,
    make_job: Make,
) -> None:
    waiting = [(202, make_job(state="queued")), (200, make_job(state="running"))]
    server.script = [*waiting, (200, make_job(verdict="wrong_answer"))]

    result = submit()

    assert result.exit_code == 1
    assert [asked.line for asked in server.asked[1:]] == [
        "GET /v1/submissions/1?wait=30&base64=true"
    ] * 2


def test_a_slash_at_the_end_of_the_address_does_no_harm(
    server: Scripted,
    submit: Submit,
    make_job: Make,
) -> None:
    server.script = [(200, make_job())]

    assert submit(url=f"{server.url}/").exit_code == 0

    assert server.asked[0].line.startswith("POST /v1/")


@pytest.mark.parametrize(("status", "code"), [(400, 2), (413, 2), (422, 2), (500, 3), (503, 3)])
def test_a_refusal_is_told_in_the_servers_words(
    server: Scripted,
    submit: Submit,
    status: int,
    code: int,
) -> None:
    server.script = [(status, {"title": "No.", "detail": "Not like this.", "status": status})]

    result = submit()

    assert (result.exit_code, result.stderr) == (code, "Error: Not like this.\n")


def test_a_job_that_the_server_failed_at_is_not_the_programs_fault(
    server: Scripted,
    submit: Submit,
    make_job: Make,
) -> None:
    server.script = [(200, make_job(state="failed", verdict=None, run=None, failure="Broken."))]

    result = submit()

    assert result.exit_code == 3
    assert "failed: Broken." in result.stderr


def test_what_is_not_json_is_no_answer(server: Scripted, submit: Submit) -> None:
    server.script = [(502, b"<h1>Bad Gateway</h1>")]

    result = submit()

    assert result.exit_code == 3
    assert result.stderr.startswith(f"Error: {server.url}/v1/submissions")


@pytest.mark.parametrize(("status", "value"), [(200, []), (200, {}), (404, []), (500, {})])
def test_what_is_not_of_this_api_is_no_answer(
    server: Scripted,
    submit: Submit,
    status: int,
    value: object,
) -> None:
    server.script = [(status, value)]

    result = submit()

    assert result.exit_code in (2, 3)


def test_nobody_there_is_told_with_the_address(submit: Submit) -> None:
    result = submit(url="http://127.0.0.1:1")

    assert result.exit_code == 3
    assert result.stderr.startswith("Error: http://127.0.0.1:1/v1/submissions")
