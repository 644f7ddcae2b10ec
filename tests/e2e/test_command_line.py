"""The commands as people and scripts use them: exit codes, reports, and whose bytes go where."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from stockade import __version__

if TYPE_CHECKING:
    from tests.e2e.conftest import Server

    RunCli = Callable[..., subprocess.CompletedProcess[bytes]]

DONE, PROGRAM_FAILED, WRONG_USE, OUR_FAULT = range(4)
COMMANDS = ("serve", "run", "submit", "languages", "doctor")
# Clears the screen, renames the window, and the same with the one-character forms in UTF-8.
HOSTILE = b"\x1b[2J\x1b]0;owned\x07 \xc2\x9b2J \xff\b\r caf\xc3\xa9\n"


@pytest.fixture(params=["run", "submit"])
def execute(request: pytest.FixtureRequest, run_cli: RunCli) -> RunCli:
    """Carries out a program by one of the two commands that do."""
    options: tuple[str, ...] = ()
    if request.param == "submit":
        server: Server = request.getfixturevalue("server")
        options = ("--server", str(server.http.base_url))
    return lambda *arguments, **how: run_cli(request.param, *options, *arguments, **how)


def script(folder: Path, text: str, name: str = "program.sh") -> str:
    (folder / name).write_text(text)
    return name


def test_a_right_program_exits_with_0_and_its_output_is_ours(
    execute: RunCli, tmp_path: Path
) -> None:
    file = script(tmp_path, "echo out; echo err >&2")

    ended = execute(file)

    assert (ended.returncode, ended.stdout) == (DONE, b"out\n")
    first, summary = ended.stderr.decode().splitlines()
    assert first == "err"
    assert summary.startswith("accepted  exited 0  ")
    for unit in ("ms CPU", "ms wall", "MiB"):
        assert unit in summary


@pytest.mark.parametrize(
    ("text", "options", "word"),
    [
        ("exit 3", (), "runtime_error  exited 3"),
        ("kill -SEGV $$", (), "runtime_error  signalled SIGSEGV"),
        ("while :; do :; done", ("--cpu-time", "0.2"), "time_limit_exceeded  cpu_time_limit"),
        ("sleep 9", ("--wall-time", "0.2"), "time_limit_exceeded  wall_time_limit"),
        ("x=0; while :; do x+=$x; done", ("--memory", "32"), "memory_limit_exceeded"),
        ("echo 1", ("--expect", "right.txt"), "wrong_answer  exited 0"),
    ],
)
def test_a_wrong_program_exits_with_1_and_says_why(
    run_cli: RunCli, tmp_path: Path, text: str, options: tuple[str, ...], word: str
) -> None:
    (tmp_path / "right.txt").write_text("2\n")

    ended = run_cli("run", script(tmp_path, text), *options)

    assert ended.returncode == PROGRAM_FAILED
    assert word in ended.stderr.decode()


def test_a_compile_error_shows_what_the_compiler_said(run_cli: RunCli, tmp_path: Path) -> None:
    ended = run_cli("run", script(tmp_path, "int main(void) { return missing; }\n", "broken.c"))

    assert ended.returncode == PROGRAM_FAILED
    assert b"missing" in ended.stderr
    assert ended.stderr.decode().splitlines()[-1].startswith("compile_error  exited 1")


def test_arguments_and_input_reach_the_program(run_cli: RunCli, tmp_path: Path) -> None:
    (tmp_path / "input").write_bytes(b"\x00\xff from a file")
    file = script(tmp_path, 'echo "$@"; cat')

    from_file = run_cli("run", "--stdin", "input", file, "--", "one", "--two")
    from_us = run_cli("run", "--stdin", "-", file, input=b"from a pipe")

    assert from_file.stdout == b"one --two\n\x00\xff from a file"
    assert from_us.stdout == b"\nfrom a pipe"


def test_a_limit_of_processes_holds(run_cli: RunCli, tmp_path: Path) -> None:
    file = script(tmp_path, "import os\nos.fork()\n", "forks.py")

    ended = run_cli("run", "--processes", "1", file)

    assert ended.returncode == PROGRAM_FAILED
    assert b"BlockingIOError" in ended.stderr


def test_a_wrong_program_on_a_server_exits_with_1_too(
    server: Server, run_cli: RunCli, tmp_path: Path
) -> None:
    ended = run_cli("submit", "--server", str(server.http.base_url), script(tmp_path, "exit 3"))

    assert ended.returncode == PROGRAM_FAILED
    assert b"runtime_error  exited 3" in ended.stderr


def test_the_whole_result_is_told_as_json(execute: RunCli, tmp_path: Path) -> None:
    ended = execute("--json", script(tmp_path, "printf '\\xff'; exit 3"))

    job = json.loads(ended.stdout)
    assert ended.returncode == PROGRAM_FAILED
    assert (job["state"], job["verdict"], job["run"]["exit_code"]) == (
        "finished",
        "runtime_error",
        3,
    )
    assert b64decode(job["run"]["stdout_base64"]) == b"\xff"
    assert job["isolation"]["backend"] == "cells"
    assert ended.stderr == b""


def test_a_pipe_gets_the_programs_bytes_as_they_are(run_cli: RunCli, tmp_path: Path) -> None:
    (tmp_path / "bytes").write_bytes(HOSTILE)

    ended = run_cli("run", "--stdin", "bytes", script(tmp_path, "cat; cat >&2 < /dev/null"))

    assert ended.stdout == HOSTILE
    assert b"\x1b" not in ended.stderr


def test_a_terminal_gets_nothing_that_could_move_it(server: Server, tmp_path: Path) -> None:
    (tmp_path / "bytes").write_bytes(HOSTILE)
    file = script(tmp_path, "tee /dev/stderr")

    for command in (("run",), ("submit", "--server", str(server.http.base_url))):
        shown = on_terminal(tmp_path, *command, "--stdin", "bytes", file)

        # Our own summary is coloured; it comes last.
        output = shown[: shown.index(b"accepted")].rpartition(b"\n")[0].decode()
        replaced = "\ufffd[2J\ufffd]0;owned\ufffd \ufffd2J \ufffd\ufffd\ufffd café"
        assert output.splitlines() == [replaced, replaced]


def on_terminal(folder: Path, *arguments: str) -> bytes:
    """What a terminal gets to show."""
    ours, theirs = pty.openpty()
    argv = [sys.executable, "-m", "stockade", *arguments]
    with subprocess.Popen(argv, cwd=folder, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        shown = b""
        try:
            while chunk := os.read(ours, 4096):
                shown += chunk
        except OSError:  # how Linux tells that nobody has the other end any more
            pass
        finally:
            os.close(ours)
    assert process.returncode == DONE, shown
    return shown


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("missing.sh",), "does not exist"),
        (("notes.txt",), "--language"),
        (("--language", "cobol", "notes.txt"), "language: There is no language 'cobol'."),
        (("--cpu-time", "0", "good.sh"), "limits.cpu_time_s"),
        (("--cpu-time", "nan", "good.sh"), "limits.cpu_time_s"),
        (("--memory", "99999999", "good.sh"), "limits.memory_bytes"),
        (("--wall-time", "soon", "good.sh"), "'soon' is not a valid float"),
        ((), "Missing argument 'FILE'"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_wrong_use_exits_with_2_and_names_what_is_wrong(
    run_cli: RunCli, tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    script(tmp_path, "echo good", "good.sh")
    script(tmp_path, "words", "notes.txt")

    ended = run_cli("run", *arguments)

    assert ended.returncode == WRONG_USE, ended.stderr
    assert words in ended.stderr.decode()
    assert "Traceback" not in ended.stderr.decode()
    assert ended.stdout == b""


def test_what_a_server_does_not_accept_is_wrong_use_too(
    server: Server, run_cli: RunCli, tmp_path: Path
) -> None:
    file = script(tmp_path, "echo good")

    ended = run_cli("submit", "--server", str(server.http.base_url), "--cpu-time", "0", file)

    assert ended.returncode == WRONG_USE
    assert b"limits.cpu_time_s: It is too low. Use more than 0." in ended.stderr


@pytest.mark.parametrize("value", ["nan", "inf"])
def test_a_memory_limit_that_is_no_number_is_refused(
    run_cli: RunCli, tmp_path: Path, value: str
) -> None:
    ended = run_cli("run", "--memory", value, script(tmp_path, "echo good"))

    assert ended.returncode == WRONG_USE
    assert "Traceback" not in ended.stderr.decode()


def test_a_server_that_is_not_there_is_our_fault(run_cli: RunCli, tmp_path: Path) -> None:
    ended = run_cli("submit", "--server", "http://127.0.0.1:1", script(tmp_path, "echo"))

    assert ended.returncode == OUR_FAULT
    assert ended.stderr.startswith(b"Error: http://127.0.0.1:1/v1/submissions")
    assert b"Traceback" not in ended.stderr


def test_who_submits_waits_longer_than_one_poll(
    server: Server, run_cli: RunCli, tmp_path: Path
) -> None:
    blocking = [server.post("bash", "sleep 1") for _ in range(2)]

    ended = run_cli(
        "submit", "--server", str(server.http.base_url), script(tmp_path, "echo waited")
    )

    assert (ended.returncode, ended.stdout) == (DONE, b"waited\n")
    assert {server.result(job_id)["verdict"] for job_id in blocking} == {"accepted"}


def test_a_run_leaves_nothing_in_the_folder_and_needs_no_server(
    run_cli: RunCli, tmp_path: Path
) -> None:
    file = script(tmp_path, "touch made-inside; ls /workspace")

    ended = run_cli("run", file)

    assert ended.stdout == b"made-inside\nprogram.sh\n"
    assert [each.name for each in tmp_path.iterdir()] == ["program.sh"]


def test_the_languages_are_told_for_people_and_for_programs(run_cli: RunCli) -> None:
    for_people, for_programs = run_cli("languages"), run_cli("languages", "--json")

    told = json.loads(for_programs.stdout)
    assert [each["id"] for each in told] == ["python", "javascript", "bash", "c", "cpp"]
    lines = for_people.stdout.decode().splitlines()
    for each, line in zip(told, lines, strict=True):
        assert line.startswith(each["id"])
        assert (each["version"] or each["missing"]) in line


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(run_cli: RunCli, command: str) -> None:
    ended = run_cli(command, "--help")

    assert ended.returncode == DONE
    assert ended.stdout.decode().startswith(f"Usage: stockade {command} [OPTIONS]")


def test_the_command_itself_names_its_commands_and_its_version(run_cli: RunCli) -> None:
    overview, version, unknown = run_cli("--help"), run_cli("--version"), run_cli("seve")

    for command in COMMANDS:
        assert f"\n  {command} " in overview.stdout.decode()
    assert version.stdout.decode() == f"{__version__}\n"
    assert unknown.returncode == WRONG_USE
    assert b"No such command 'seve'" in unknown.stderr
