"""A server that cannot or must not start says why in one sentence, and by its exit code."""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.e2e.conftest import MakeServer, Server

    RunCli = Callable[..., subprocess.CompletedProcess[bytes]]

WRONG_USE, OUR_FAULT = 2, 3
NOBODY = 65534
# It may read all that we may: the project may lie where only root can.
AS_NOBODY = [
    "setpriv",
    f"--reuid={NOBODY}",
    f"--regid={NOBODY}",
    "--clear-groups",
    "--inh-caps=+dac_read_search",
    "--ambient-caps=+dac_read_search",
    "--",
]


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def assert_refused(ended: subprocess.CompletedProcess[bytes], code: int, *words: str) -> None:
    """It ended with this code and one sentence for people, with these words in it."""
    said = ended.stderr.decode()
    assert ended.returncode == code, said
    assert said.startswith("Error: "), said
    assert said.count("\n") == 1, said
    for word in words:
        assert word in said
    assert ended.stdout == b""


@pytest.mark.parametrize("first_is", ["shared", "killed and started again"])
def test_a_second_server_on_the_same_folder_is_refused(
    make_server: MakeServer, run_cli: RunCli, first_is: str
) -> None:
    server = make_server("--slots", "1")
    if first_is != "shared":
        server.kill()
        server.start()

    second = run_cli("serve", "--data", str(server.data), "--port", str(free_port()), cwd="/")

    assert_refused(second, OUR_FAULT, "Another process uses", str(server.data))
    assert server.run("bash", "echo on")["run"]["stdout"] == "on\n"


def test_a_port_in_use_is_refused(server: Server, run_cli: RunCli) -> None:
    second = run_cli("serve", "--port", str(server.port))

    assert_refused(second, WRONG_USE, f"127.0.0.1:{server.port}", "in use", "another --port")


def test_an_address_that_others_can_reach_is_refused(run_cli: RunCli) -> None:
    ended = run_cli("serve", "--host", "0.0.0.0")  # noqa: S104 - it is what must be refused

    assert_refused(ended, WRONG_USE, "0.0.0.0", "--insecure")  # noqa: S104 - as above


def test_an_address_that_others_can_reach_is_served_if_it_is_meant(
    make_server: MakeServer,
) -> None:
    server = make_server("--host", "0.0.0.0", "--insecure")  # noqa: S104 - closed at once

    answer = server.http.get("/healthz", headers={"Host": "judge.example"})

    assert answer.status_code == 200


def test_other_names_than_loopbacks_are_refused_while_nobody_else_can_reach_us(
    server: Server,
) -> None:
    answer = server.http.get("/healthz", headers={"Host": "judge.example"})

    assert answer.status_code == 421


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("STOCKADE_PORT", "high", ("STOCKADE_PORT", "`int`")),
        ("STOCKADE_SLOTS", "0", ("STOCKADE_SLOTS", "less than 1")),
        ("STOCKADE_MAX_CPU_TIME_S", "nan", ("STOCKADE_MAX_CPU_TIME_S",)),
        ("STOCKADE_SLOT", "2", ("STOCKADE_SLOT is not an option", "STOCKADE_SLOTS?")),
        ("STOCKADE_HOST", "10.0.0.1", ("STOCKADE_HOST", "--insecure")),
    ],
)
def test_a_wrong_setting_is_refused_by_its_name(
    run_cli: RunCli, variable: str, value: str, words: tuple[str, ...]
) -> None:
    ended = run_cli("serve", env={**os.environ, variable: value})

    assert_refused(ended, WRONG_USE, *words)


@pytest.mark.parametrize("command", [("serve",), ("run", "hello.sh")])
def test_a_wrong_variable_is_refused_by_every_command_that_reads_them(
    run_cli: RunCli, tmp_path: Path, command: tuple[str, ...]
) -> None:
    (tmp_path / "hello.sh").write_text("echo hello")

    ended = run_cli(*command, env={**os.environ, "STOCKADE_LEASES": "3"})

    assert_refused(ended, WRONG_USE, "STOCKADE_LEASES is not an option", "STOCKADE_LEASE_S?")


@pytest.mark.parametrize(
    "command",
    [
        ("run", "hello.sh"),
        ("languages",),
        ("serve",),
    ],
)
def test_without_root_a_command_says_what_it_needs(
    tmp_path: Path, run_cli: RunCli, command: tuple[str, ...]
) -> None:
    (tmp_path / "hello.sh").write_text("echo hello")
    os.chown(tmp_path, NOBODY, NOBODY)

    ended = run_cli(*command, prefix=AS_NOBODY)

    assert_refused(ended, OUR_FAULT, "needs root", "sudo")


def test_a_data_folder_that_cannot_be_made_is_refused(run_cli: RunCli, tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")

    ended = run_cli("serve", "--port", str(free_port()))

    assert_refused(ended, OUR_FAULT, str(tmp_path / "data"))


def test_a_data_folder_of_somebody_else_is_refused(tmp_path: Path, run_cli: RunCli) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "thesis.txt").write_text("mine")

    ended = run_cli("serve", "--port", str(free_port()))

    assert_refused(ended, OUR_FAULT, "is not empty", "chown")
    assert (tmp_path / "data").stat().st_uid == 0
    assert (tmp_path / "data" / "thesis.txt").stat().st_uid == 0


def test_a_database_of_another_program_is_refused(make_server: MakeServer) -> None:
    server = make_server("--slots", "1")
    server.kill()
    for file in server.data.glob("stockade.db*"):
        file.write_bytes(b"not a database at all" * 100)

    with pytest.raises(AssertionError, match="Error: The database failed"):
        server.start()

    assert server.end() == OUR_FAULT
    assert "Traceback" not in server.said


def test_a_server_says_where_it_listens_and_what_it_enforces(server: Server) -> None:
    for word in (f"http://127.0.0.1:{server.port}", str(server.data), "slots      2", "python"):
        assert word in server.said
    assert "layers enforced" in server.said
