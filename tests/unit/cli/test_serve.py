"""What ``serve`` refuses before it becomes a server; servers are in the end-to-end tests."""

from __future__ import annotations

import os
import socket
import subprocess
import sys

import pytest
from click.testing import CliRunner

from stockade.cli.exits import WrongUse
from stockade.cli.serve import _bind, command
from stockade.config import Settings


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--host", "0.0.0.0"), "--insecure"),  # noqa: S104 - refused
        (("--port", "0"), "STOCKADE_PORT: 0 is less than 1."),
        (("--port", "high"), "'high' is not a valid integer"),
        (("--slots", "0"), "STOCKADE_SLOTS: 0 is less than 1."),
        (("--speed", "1"), "No such option"),
    ],
)
def test_wrong_options_are_wrong_use(options: tuple[str, ...], words: str) -> None:
    result = CliRunner().invoke(command, options)

    assert result.exit_code == 2
    assert words in result.stderr


def test_every_option_is_a_setting() -> None:
    names = {option.name for option in command.params}

    assert names <= set(Settings.__dataclass_fields__)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_it_is_bound_where_it_was_told_and_nobody_inherits_it(host: str) -> None:
    port = free_port(host)

    with _bind(Settings(host=host, port=port)) as sock:
        assert sock.getsockname()[:2] == (host, port)
        assert not os.get_inheritable(sock.fileno())


def test_a_host_that_is_not_there_is_wrong_use() -> None:
    with pytest.raises(WrongUse, match=r"Cannot listen on nowhere\.invalid:8000"):
        _bind(Settings(host="nowhere.invalid", insecure=True))


def test_a_port_in_use_is_one_sentence_and_leaves_nothing_open() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        argv = [sys.executable, "-W", "always::ResourceWarning", "-m", "stockade", "serve"]

        ended = subprocess.run(
            [*argv, "--port", str(port)], capture_output=True, text=True, check=False
        )

    assert ended.returncode == 2
    assert ended.stderr == (
        f"Error: Cannot listen on 127.0.0.1:{port} (Address already in use). Use another --port.\n"
    )


def free_port(host: str) -> int:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, 0), family=family) as sock:
        return int(sock.getsockname()[1])
