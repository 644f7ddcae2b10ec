"""What real programs meet in a box, on every sandbox that starts any."""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from stockade.core.limits import KiB, Limits, MiB
from stockade.core.ports import Sandbox
from stockade.core.run import Ending, Run
from stockade.core.step import Command, Step, StepOutcome
from stockade.core.submission import File, Variable
from stockade.sandbox.cells.backend import CellsSandbox

pytestmark = pytest.mark.anyio

LIMITS = Limits(cpu_time_s=5.0, wall_time_s=20.0, memory_bytes=256 * MiB)
PYTHON = "/usr/bin/python3"
KEPT_BYTES = MiB
SPIN = "while :; do :; done"


@pytest.fixture(params=["cells"], scope="module")
async def sandbox(request: pytest.FixtureRequest) -> AsyncIterator[Sandbox]:
    """One sandbox with one slot: every step of a test runs where the one before it ran."""
    if os.geteuid() != 0:
        pytest.skip(f"the {request.param} sandbox needs root")
    async with CellsSandbox.open(slots=1) as cells:
        yield cells


def command(*argv: str, stdin: bytes = b"", limits: Limits = LIMITS) -> Step:
    return Step(command=Command(argv=argv, stdin=stdin), limits=limits)


def sh(script: str, limits: Limits = LIMITS) -> Step:
    return command("/bin/sh", "-c", script, limits=limits)


def python(script: str, limits: Limits = LIMITS) -> Step:
    return command(PYTHON, "-c", script, limits=limits)


async def outcome_of(sandbox: Sandbox, step: Step) -> StepOutcome:
    async with asyncio.timeout(60), sandbox.box(step) as box:
        return await box.outcome()


async def run_of(sandbox: Sandbox, step: Step) -> Run:
    return (await outcome_of(sandbox, step)).run


async def stdout_of(sandbox: Sandbox, step: Step) -> bytes:
    run = await run_of(sandbox, step)
    assert run.is_success, run
    return run.stdout.data


# How a run ends


@pytest.mark.parametrize("code", [0, 1, 3, 127, 139, 255])
async def test_an_exit_code_is_told_as_it_is(sandbox: Sandbox, code: int) -> None:
    run = await run_of(sandbox, sh(f"exit {code}"))

    assert (run.ending, run.exit_code, run.signal) == (Ending.EXITED, code, None)


@pytest.mark.parametrize("name", ["SEGV", "ABRT", "TERM", "KILL", "INT", "PIPE", "FPE"])
async def test_a_signal_is_told_by_its_name(sandbox: Sandbox, name: str) -> None:
    run = await run_of(sandbox, sh(f"kill -{name} $$"))

    assert (run.ending, run.exit_code, run.signal) == (Ending.SIGNALLED, None, f"SIG{name}")


async def test_a_real_segmentation_fault_is_one(sandbox: Sandbox) -> None:
    run = await run_of(sandbox, python("import ctypes; ctypes.string_at(0)"))

    assert (run.ending, run.signal) == (Ending.SIGNALLED, "SIGSEGV")


async def test_a_program_that_spins_meets_the_cpu_time_limit(sandbox: Sandbox) -> None:
    limits = replace(LIMITS, cpu_time_s=0.3)

    run = await run_of(sandbox, sh(SPIN, limits))

    assert (run.ending, run.exit_code, run.signal) == (Ending.CPU_TIME_LIMIT, None, None)
    assert 300 <= run.usage.cpu_ms < 800


async def test_the_cpu_time_of_children_and_orphans_counts(sandbox: Sandbox) -> None:
    limits = replace(LIMITS, cpu_time_s=0.5)

    run = await run_of(sandbox, sh(f"(sh -c '{SPIN}' & sh -c '{SPIN}' &); sleep 30", limits))

    assert run.ending is Ending.CPU_TIME_LIMIT


async def test_cpu_time_over_the_limit_counts_even_if_the_program_left_in_time(
    sandbox: Sandbox,
) -> None:
    # It leaves by itself with exit code 0, a moment after it has used up what it had.
    limits = replace(LIMITS, cpu_time_s=0.2)
    script = "import time\nwhile time.process_time() < 0.2005: pass\n"

    run = await run_of(sandbox, python(script, limits))

    assert run.ending is Ending.CPU_TIME_LIMIT


async def test_a_program_that_sleeps_meets_the_wall_time_limit(sandbox: Sandbox) -> None:
    limits = replace(LIMITS, wall_time_s=0.3)

    run = await run_of(sandbox, command("/bin/sleep", "30", limits=limits))

    assert (run.ending, run.exit_code, run.signal) == (Ending.WALL_TIME_LIMIT, None, None)
    assert run.usage.wall_ms >= 300
    assert run.usage.cpu_ms < 100


async def test_a_stopped_program_meets_the_wall_time_limit(sandbox: Sandbox) -> None:
    run = await run_of(sandbox, sh("kill -STOP $$", replace(LIMITS, wall_time_s=0.3)))

    assert run.ending is Ending.WALL_TIME_LIMIT


async def test_a_program_that_hoards_meets_the_memory_limit(sandbox: Sandbox) -> None:
    limits = replace(LIMITS, memory_bytes=64 * MiB)

    run = await run_of(sandbox, python("b = b'x' * (200 << 20)", limits))

    assert (run.ending, run.exit_code, run.signal) == (Ending.MEMORY_LIMIT, None, None)


async def test_a_child_that_hoards_ends_the_whole_box(sandbox: Sandbox) -> None:
    limits = replace(LIMITS, memory_bytes=64 * MiB)
    hoard = f"{PYTHON} -c 'b = bytearray(200 << 20); b[::4096] = b[::4096]'"

    run = await run_of(sandbox, sh(f"{hoard}; sleep 30", limits))

    assert run.ending is Ending.MEMORY_LIMIT
    assert run.usage.wall_ms < 5000


async def test_a_child_that_hoarded_is_not_hidden_by_a_clean_exit(sandbox: Sandbox) -> None:
    limits = replace(LIMITS, memory_bytes=64 * MiB)
    hoard = f"{PYTHON} -c 'b = bytearray(200 << 20); b[::4096] = b[::4096]'"

    run = await run_of(sandbox, sh(f"{hoard}; exit 0", limits))

    assert (run.ending, run.exit_code) == (Ending.MEMORY_LIMIT, None)


async def test_files_count_as_memory_or_are_refused_but_never_harm(sandbox: Sandbox) -> None:
    limits = replace(LIMITS, file_bytes=MiB)

    run = await run_of(sandbox, sh("head -c 10000000 /dev/zero > f; wc -c < f", limits))

    assert run.ending is Ending.EXITED
    assert int(run.stdout.data) <= MiB


async def test_a_flood_meets_the_output_limit(sandbox: Sandbox) -> None:
    run = await run_of(sandbox, command("/usr/bin/yes", limits=replace(LIMITS, output_bytes=MiB)))

    assert (run.ending, run.exit_code, run.signal) == (Ending.OUTPUT_LIMIT, None, None)
    assert run.stdout.produced_bytes > MiB


async def test_both_streams_together_meet_the_output_limit(sandbox: Sandbox) -> None:
    limits = replace(LIMITS, output_bytes=100_000)
    script = "head -c 60000 /dev/zero; head -c 60000 /dev/zero >&2"

    run = await run_of(sandbox, sh(script, limits))

    assert run.ending is Ending.OUTPUT_LIMIT


async def test_output_up_to_the_limit_is_no_flood(sandbox: Sandbox) -> None:
    limits = replace(LIMITS, output_bytes=100_000)

    run = await run_of(sandbox, sh("head -c 100000 /dev/zero", limits))

    assert (run.is_success, run.stdout.produced_bytes) == (True, 100_000)


async def test_a_cancelled_program_keeps_what_it_has_written(sandbox: Sandbox) -> None:
    async with asyncio.timeout(30), sandbox.box(sh("echo begun; sleep 30")) as box:
        # Long enough for an echo; if it were not, the test would fail and say so.
        await asyncio.sleep(0.5)
        box.cancel()
        run = (await box.outcome()).run

    assert (run.ending, run.stdout.data) == (Ending.CANCELLED, b"begun\n")


async def test_a_cancelled_program_is_dead_at_once(sandbox: Sandbox) -> None:
    loop = asyncio.get_running_loop()
    async with sandbox.box(sh(SPIN)) as box:
        await asyncio.sleep(0.1)
        began = loop.time()
        box.cancel()
        await box.outcome()

    assert loop.time() - began < 0.2


@pytest.mark.parametrize("left_behind", ["sleep 60 &", "(setsid sleep 60 &)", f"({SPIN}) &"])
async def test_what_a_program_leaves_behind_ends_with_it(
    sandbox: Sandbox, left_behind: str
) -> None:
    run = await run_of(sandbox, sh(f"{left_behind}\necho done"))

    assert (run.is_success, run.stdout.data) == (True, b"done\n")
    assert run.usage.wall_ms < 2000


# What goes in


async def test_arguments_arrive_as_they_are(sandbox: Sandbox) -> None:
    arguments = ("", "a b", "-x", "*", "$HOME", "new\nline", "quo'te\"", "£∞", "{entry}")

    got = await stdout_of(sandbox, command("/usr/bin/printf", r"%s\0", *arguments))

    assert got.decode().split("\0")[:-1] == list(arguments)


async def test_the_environment_is_what_was_given_and_nothing_else(sandbox: Sandbox) -> None:
    env = (Variable(name="A", value="x y=z\n£"), Variable(name="EMPTY", value=""))
    step = Step(command=Command(argv=("/usr/bin/env", "-0"), env=env), limits=LIMITS)

    got = await stdout_of(sandbox, step)

    assert sorted(got.decode().split("\0")[:-1]) == ["A=x y=z\n£", "EMPTY="]


async def test_stdin_is_delivered_and_then_ends(sandbox: Sandbox) -> None:
    data = bytes(range(256))

    assert await stdout_of(sandbox, command("/bin/cat", stdin=data)) == data


async def test_without_input_stdin_is_at_its_end(sandbox: Sandbox) -> None:
    assert await stdout_of(sandbox, command("/bin/cat")) == b""


async def test_a_large_input_is_delivered_whole(sandbox: Sandbox) -> None:
    data = os.urandom(KiB) * (8 * KiB)

    got = await stdout_of(sandbox, command("/usr/bin/sha256sum", stdin=data))

    assert got.split()[0].decode() == hashlib.sha256(data).hexdigest()


async def test_a_large_input_that_is_not_read_holds_nothing_up(sandbox: Sandbox) -> None:
    run = await run_of(sandbox, command("/bin/true", stdin=bytes(8 * MiB)))

    assert run.is_success


async def test_a_large_input_may_become_a_large_output(sandbox: Sandbox) -> None:
    # Deadlocks where input and output are not pumped side by side.
    run = await run_of(sandbox, command("/bin/cat", stdin=bytes(8 * MiB)))

    assert (run.is_success, run.stdout.produced_bytes) == (True, 8 * MiB)


async def test_a_program_starts_in_the_workspace_with_its_files(sandbox: Sandbox) -> None:
    files = (
        File(name="main.txt", content=b"top"),
        File(name="a/b/c.bin", content=b"\0\xff"),
        File(name="a/empty", content=b""),
    )

    got = await stdout_of(sandbox, replace(sh("pwd; cat main.txt a/b/c.bin a/empty"), files=files))

    assert got == b"/workspace\ntop\0\xff"


async def test_the_workspace_holds_the_given_files_alone(sandbox: Sandbox) -> None:
    step = replace(sh("find . | sort"), files=(File(name="a/b", content=b""),))

    assert await stdout_of(sandbox, step) == b".\n./a\n./a/b\n"


async def test_a_program_may_change_its_workspace(sandbox: Sandbox) -> None:
    step = replace(
        sh("echo new > f; mkdir d; mv f d/g; rm a/b; rmdir a; cat d/g"),
        files=(File(name="f", content=b"old"), File(name="a/b", content=b"")),
    )

    assert await stdout_of(sandbox, step) == b"new\n"


async def test_an_executable_file_can_be_run(sandbox: Sandbox) -> None:
    tool = File(name="bin/tool", content=b"#!/bin/sh\necho ran $1\n", executable=True)

    assert await stdout_of(sandbox, replace(sh("bin/tool 1"), files=(tool,))) == b"ran 1\n"


async def test_a_program_file_can_be_run_and_read_but_not_changed(sandbox: Sandbox) -> None:
    tool = File(name="bin/tool", content=b"#!/bin/sh\necho ran\n", executable=True)
    attempts = (
        "echo x > /program/bin/tool",
        "rm -f /program/bin/tool",
        "mv /program/bin/tool /program/t",
        "touch /program/new",
        "chmod 777 /program/bin/tool",
    )
    script = "; ".join(f"({attempt}) 2>/dev/null && echo done: {attempt}" for attempt in attempts)

    step = replace(sh(f"{script}; /program/bin/tool"), program=(tool,))

    assert await stdout_of(sandbox, step) == b"ran\n"


async def test_a_program_file_can_be_what_is_started(sandbox: Sandbox) -> None:
    tool = File(name="tool", content=b'#!/bin/sh\necho "$0"; pwd\n', executable=True)

    got = await stdout_of(sandbox, replace(command("/program/tool"), program=(tool,)))

    assert got == b"/program/tool\n/workspace\n"


# What comes out


async def test_the_streams_are_kept_apart_byte_for_byte(sandbox: Sandbox) -> None:
    run = await run_of(sandbox, sh(r"printf 'a\377\000b'; printf 'c\376' >&2"))

    assert (run.stdout.data, run.stderr.data) == (b"a\xff\0b", b"c\xfe")
    assert (run.stdout.produced_bytes, run.stderr.produced_bytes) == (4, 2)


async def test_what_is_kept_whole_is_kept_exactly(sandbox: Sandbox) -> None:
    run = await run_of(sandbox, sh(f"head -c {KEPT_BYTES} /dev/zero"))

    assert (run.stdout.truncated, run.stdout.data) == (False, bytes(KEPT_BYTES))


async def test_of_more_than_is_kept_the_middle_is_cut(sandbox: Sandbox) -> None:
    script = f"import sys; sys.stdout.write('HEAD' + 'x' * {3 * KEPT_BYTES} + 'TAIL')"

    stdout = (await run_of(sandbox, python(script))).stdout

    assert (stdout.truncated, stdout.produced_bytes) == (True, 3 * KEPT_BYTES + 8)
    assert stdout.data.startswith(b"HEAD")
    assert stdout.data.endswith(b"TAIL")
    assert len(stdout.data) <= KEPT_BYTES


async def test_wanted_files_are_collected_as_they_are(sandbox: Sandbox) -> None:
    script = r"mkdir d; printf '\000\377' > d/data; printf x > tool; chmod 755 tool; : > other"

    outcome = await outcome_of(sandbox, replace(sh(script), collect=("d/data", "tool")))

    assert sorted(outcome.files, key=lambda file: file.name) == [
        File(name="d/data", content=b"\0\xff"),
        File(name="tool", content=b"x", executable=True),
    ]


async def test_a_large_file_is_collected_whole(sandbox: Sandbox) -> None:
    step = replace(sh("head -c 5000000 /dev/zero > f"), collect=("f",))

    [file] = (await outcome_of(sandbox, step)).files

    assert file.content == bytes(5_000_000)


@pytest.mark.parametrize(
    "script",
    [
        "true",
        "ln -s /etc/passwd f",
        "echo x > g; ln -s g f",
        "mkfifo f",
        "mkdir f",
        "ln -s /proc/self/environ f",
        "ln -s f f",
        f"""{PYTHON} -c 'import socket; socket.socket(socket.AF_UNIX).bind("f")'""",
    ],
)
async def test_nothing_but_a_regular_file_is_collected(sandbox: Sandbox, script: str) -> None:
    outcome = await outcome_of(sandbox, replace(sh(script), collect=("f",)))

    assert (outcome.run.ending, outcome.files) == (Ending.EXITED, ())


async def test_no_link_on_the_way_is_followed(sandbox: Sandbox) -> None:
    step = replace(sh("ln -s /etc d; ln -s .. e"), collect=("d/passwd", "e/etc/passwd"))

    assert (await outcome_of(sandbox, step)).files == ()


# What was used


async def test_the_cpu_time_of_a_child_is_part_of_the_usage(sandbox: Sandbox) -> None:
    spin = f"{PYTHON} -c 'import time\nwhile time.process_time() < 0.3: pass'"

    usage = (await run_of(sandbox, sh(f"{spin}; true"))).usage

    assert 290 <= usage.cpu_ms < 700
    assert usage.wall_ms >= 290


async def test_peak_memory_is_what_was_touched(sandbox: Sandbox) -> None:
    script = "b = bytearray(100 << 20); b[::4096] = b[::4096]; del b"

    usage = (await run_of(sandbox, python(script))).usage

    assert 100 * MiB <= usage.memory_bytes < 130 * MiB


async def test_memory_of_one_step_is_not_charged_to_the_next(sandbox: Sandbox) -> None:
    before = (await run_of(sandbox, python("pass"))).usage.memory_bytes
    await run_of(sandbox, sh("head -c 50000000 /dev/zero > f; cat f > /dev/null"))

    after = (await run_of(sandbox, python("pass"))).usage.memory_bytes

    assert abs(after - before) <= MiB


async def test_the_most_processes_at_once_are_counted(sandbox: Sandbox) -> None:
    usage = (await run_of(sandbox, sh("sleep 0.2 & sleep 0.2 & sleep 0.2 & wait"))).usage

    assert usage.processes_peak == 4


async def test_forks_beyond_the_limit_are_refused(sandbox: Sandbox) -> None:
    script = (
        "import os, time\n"
        "made = 0\n"
        "try:\n"
        "    for _ in range(50):\n"
        "        if os.fork() == 0: time.sleep(30)\n"
        "        made += 1\n"
        "except BlockingIOError:\n"
        "    print(made)\n"
    )

    run = await run_of(sandbox, python(script, replace(LIMITS, processes=8)))

    assert (run.is_success, run.stdout.data) == (True, b"7\n")
    assert run.usage.processes_peak == 8


# What is left


@pytest.mark.parametrize("place", ["/workspace", "/tmp", "/dev/shm"])
async def test_nothing_written_is_seen_by_the_next_step(sandbox: Sandbox, place: str) -> None:
    assert await stdout_of(sandbox, sh(f"echo x > {place}/left && echo ok")) == b"ok\n"

    assert await stdout_of(sandbox, sh(f"ls -A {place}")) == b""


async def test_no_process_of_the_last_step_is_seen_by_the_next(sandbox: Sandbox) -> None:
    await run_of(sandbox, sh("setsid sleep 61 & exit 0"))

    got = await stdout_of(sandbox, sh("cat /proc/[0-9]*/cmdline | tr '\\0' ' '"))

    assert b"sleep 61" not in got
