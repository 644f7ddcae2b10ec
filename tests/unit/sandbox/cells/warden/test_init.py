"""What PID 1 does for a program, as the program finds it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

pytestmark = pytest.mark.anyio

Shell = Callable[..., Awaitable[str]]


async def test_a_program_is_the_child_of_init_and_leads_its_session(shell: Shell) -> None:
    pid, parent, session = (await shell("echo $$ $PPID; cut -d' ' -f6 /proc/$$/stat")).split()

    assert (pid, parent, session) == ("2", "1", "2")


async def test_orphans_are_reaped(shell: Shell) -> None:
    # Each subshell leaves an orphan that is dead soon; a second later none may be left as a zombie.
    script = (
        "for i in $(seq 20); do (true & ); done; sleep 0.5;"
        " cat /proc/[0-9]*/stat | grep -c ' Z ' || true"
    )

    assert (await shell(script)).strip() == "0"


async def test_no_signal_reaches_init(shell: Shell) -> None:
    # It is still ours to send to in the moment before init takes its own uid.
    script = "for n in $(seq 64); do kill -$n 1 2>/dev/null; done; sleep 0.1; echo alive; exit 0"

    assert await shell(script) == "alive\n"


async def test_init_is_not_among_all_of_ones_processes(shell: Shell) -> None:
    assert await shell("sleep 50 & kill -9 -1; wait; echo alive") == "alive\n"


async def test_a_program_cannot_take_back_who_it_was(shell: Shell) -> None:
    said = await shell("grep -E '^[UG]id|^Groups' /proc/self/status")

    assert said.split() == ["Uid:", *["1000"] * 4, "Gid:", *["1000"] * 4, "Groups:"]


async def test_the_stack_follows_the_memory(shell: Shell) -> None:
    assert (await shell("ulimit -s")).strip() == str(256 * 1024)
