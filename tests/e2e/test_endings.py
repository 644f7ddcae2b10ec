"""Programs that misbehave, each with its right ending and verdict; and the next job is unharmed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

if TYPE_CHECKING:
    from tests.e2e.conftest import Server

MIB = 1024 * 1024
LIMITS: dict[str, float] = {
    "cpu_time_s": 0.4,
    "wall_time_s": 5,
    "memory_bytes": 128 * MIB,
    "output_bytes": MIB,
    "processes": 24,
}
# One limit is to be met before the others, on a slow machine too.
OTHER_LIMITS: dict[str, dict[str, float]] = {
    "wall_time_limit": {"cpu_time_s": 5, "wall_time_s": 0.4},
    "memory_limit": {"cpu_time_s": 5, "wall_time_s": 20},
    "output_limit": {"cpu_time_s": 5, "wall_time_s": 20},
}
# What is used between a limit and the kill, on a busy machine.
SLACK_MS = 1500
# Limits are set in whole mebibytes on top of what an earlier job has left charged.
SLACK_BYTES = MIB


class Case(NamedTuple):
    """A program, and what becomes of it. ``how`` is its exit code or the name of its signal."""

    name: str
    language: str
    source: str
    ending: str
    verdict: str
    how: int | str | None = None


def c(statements: str) -> str:
    headers = ("netinet/in.h", "signal.h", "stdio.h", "stdlib.h", "string.h", "unistd.h")
    includes = "".join(f"#include <{header}>\n" for header in headers)
    return f"{includes}int main(void) {{ {statements} }}\n"


def python(statement: str) -> str:
    return f"import ctypes, os, signal, socket, time\n{statement}\n"


CPU, WALL = "cpu_time_limit", "wall_time_limit"
TIME, RUNTIME = "time_limit_exceeded", "runtime_error"
MEMORY, OUTPUT = "memory_limit_exceeded", "output_limit_exceeded"
CASES = (
    Case("infinite loop", "python", python("while True: pass"), CPU, TIME),
    Case("infinite loop", "c", c("for (;;) getpid();"), CPU, TIME),
    Case("infinite loop", "bash", "while :; do :; done", CPU, TIME),
    Case("fork bomb", "c", c("for (;;) fork();"), CPU, TIME),
    # Bash sleeps between its tries.
    Case("fork bomb", "bash", "bomb() { bomb | bomb; }; bomb", WALL, TIME),
    Case("fork bomb that gives up", "python", python("while True: os.fork()"), "exited", RUNTIME),
    Case("memory bomb", "python", python("bytearray(256 << 20)"), "memory_limit", MEMORY),
    Case(
        "memory bomb",
        "c",
        c("for (;;) { char *p = malloc(1 << 20); if (p) memset(p, 1, 1 << 20); }"),
        "memory_limit",
        MEMORY,
    ),
    Case("memory bomb", "bash", "x=0123456789; while :; do x+=$x; done", "memory_limit", MEMORY),
    Case(
        "output flood",
        "python",
        python("while True: os.write(1, bytes(65536))"),
        "output_limit",
        OUTPUT,
    ),
    Case("output flood", "c", c("for (;;) puts(__FILE__);"), "output_limit", OUTPUT),
    Case("output flood", "bash", "yes >&2", "output_limit", OUTPUT),
    Case("exit 3", "python", python("raise SystemExit(3)"), "exited", RUNTIME, 3),
    Case("exit 3", "c", c("return 3;"), "exited", RUNTIME, 3),
    Case("exit 3", "bash", "exit 3", "exited", RUNTIME, 3),
    Case("segfault", "python", python("ctypes.string_at(0)"), "signalled", RUNTIME, "SIGSEGV"),
    Case("segfault", "c", c("raise(SIGSEGV);"), "signalled", RUNTIME, "SIGSEGV"),
    Case(
        "null pointer", "c", c("int *volatile p = 0; return *p;"), "signalled", RUNTIME, "SIGSEGV"
    ),
    Case("segfault", "bash", "kill -SEGV $$", "signalled", RUNTIME, "SIGSEGV"),
    Case("reads /etc/shadow", "python", python("open('/etc/shadow')"), "exited", RUNTIME, 1),
    Case(
        "reads /etc/shadow",
        "c",
        c('return fopen("/etc/shadow", "r") ? 0 : 7;'),
        "exited",
        RUNTIME,
        7,
    ),
    Case("reads /etc/shadow", "bash", "cat /etc/shadow", "exited", RUNTIME, 1),
    Case(
        "connects out",
        "python",
        python("socket.create_connection(('192.0.2.1', 80))"),
        "exited",
        RUNTIME,
        1,
    ),
    Case(
        "connects out",
        "c",
        c(
            "int s = socket(AF_INET, SOCK_STREAM, 0);"
            " struct sockaddr_in a = {AF_INET, htons(80), {htonl(0xC0000201)}};"
            " return s >= 0 && connect(s, (struct sockaddr *)&a, sizeof a) == 0 ? 0 : 7;"
        ),
        "exited",
        RUNTIME,
        7,
    ),
    Case("connects out", "bash", "exec 3<>/dev/tcp/192.0.2.1/80", "exited", RUNTIME, 1),
    Case("sleeps", "bash", "sleep 60", WALL, TIME),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.name} in {case.language}")
def test_a_misbehaving_program_ends_as_it_should_and_the_next_job_is_unharmed(
    server: Server, case: Case
) -> None:
    limits = LIMITS | OTHER_LIMITS.get(case.ending, {})

    job = server.run(case.language, case.source, limits=limits)

    run = job["run"]
    assert (run["ending"], job["verdict"]) == (case.ending, case.verdict), run
    if case.how is not None:
        assert case.how in (run["exit_code"], run["signal"]), run
    assert "root:" not in run["stdout"]
    assert run["cpu_ms"] <= 1000 * limits["cpu_time_s"] + SLACK_MS
    assert run["processes_peak"] <= LIMITS["processes"]
    assert run["memory_bytes"] <= LIMITS["memory_bytes"] + SLACK_BYTES
    assert job["attempts"] == 1
    assert_unharmed(server)


def test_a_compile_error_is_told_in_the_compilers_words(server: Server) -> None:
    job = server.run("c", "int main(void) { return missing; }\n")

    assert job["verdict"] == "compile_error"
    assert job["run"] is None
    assert job["compile"]["ending"] == "exited"
    assert "missing" in job["compile"]["stderr"]
    assert_unharmed(server)


def test_a_program_cannot_reach_the_server_that_runs_it(server: Server) -> None:
    job = server.run("bash", f"exec 3<>/dev/tcp/127.0.0.1/{server.port}")

    assert (job["verdict"], job["run"]["exit_code"]) == (RUNTIME, 1)


def assert_unharmed(server: Server) -> None:
    """Both slots, the one of the last job among them, still do what they should."""
    ids = [server.post("bash", "sleep 0.05; ls; echo $(( 6 * 7 ))") for _ in range(2)]
    for job in map(server.result, ids):
        assert (job["verdict"], job["run"]["stdout"]) == ("accepted", "main.sh\n42\n"), job
