"""What README.md tells a new user to type does what it says, on what ``make serve`` starts."""

from __future__ import annotations

import http.client
import os
import re
import shlex
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.e2e.documents import (
    ROOT,
    Exchange,
    check,
    clean_environment,
    exchanges_in,
    text_of,
)

README = "README.md"
FOLD = 25
EXCHANGES = exchanges_in(README)
PATIENCE_S = 60.0


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server, started by the very command that ``make serve`` ends with."""
    if os.geteuid() != 0:
        pytest.skip("the cells sandbox needs root")
    port, data = free_port(), tmp_path_factory.mktemp("made") / "data"
    *_, command = recipe("serve", f"PORT={port}", f"DATA={data}")
    with subprocess.Popen(shlex.split(command), cwd=ROOT, env=clean_environment()) as server:
        wait_until_alive(port, server)
        yield f"http://127.0.0.1:{port}"
        server.send_signal(signal.SIGTERM)
        assert server.wait(PATIENCE_S) == 0


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def recipe(*arguments: str) -> list[str]:
    """The commands that make would carry out."""
    asked = ["make", "--dry-run", "--no-print-directory", *arguments]
    told = subprocess.run(
        asked, cwd=ROOT, env=clean_environment(), capture_output=True, text=True, check=True
    )
    return told.stdout.splitlines()


def wait_until_alive(port: int, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not answers(port):
        assert server.poll() is None, "the server ended"
        assert time.monotonic() < deadline, "the server does not answer"
        time.sleep(0.05)


def answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except OSError:
        return False
    finally:
        connection.close()


@pytest.mark.parametrize("exchange", EXCHANGES, ids=lambda exchange: f"line {exchange.line}")
def test_a_command_answers_what_is_written_below_it(
    exchange: Exchange, url: str, tmp_path: Path
) -> None:
    check(exchange, url, tmp_path)


def test_what_to_type_first_stands_above_the_fold() -> None:
    above = text_of(README).splitlines()[:FOLD]

    assert [line.split("#")[0].strip() for line in above if line.startswith("make ")] == [
        "make serve",
        "make test",
    ]
    assert any(line.startswith("curl ") for line in above)
    assert "```json answer" in above


def test_the_commands_of_make_are_there() -> None:
    documents = "\n".join(map(text_of, (README, "CONTRIBUTING.md", "docs/operate.md")))
    named = set(re.findall(r"(?:^|`|sudo )make ([a-z]+)(?=`|$| {2,})", documents, re.M))
    targets = set(re.findall(r"^([a-z]+):", text_of("Makefile"), re.M))

    assert {"serve", "test", "check"} <= named <= targets
