"""Two jobs, each leaving something and looking for what the other has left.

Every program of ``pairs`` takes what could be shared, keeps it for as many seconds as its first
argument says, and tells what it found of another; the second argument is its number in the pair.
Each is carried out twice: one after the other in one slot, and at the same time in two slots.
"""

from __future__ import annotations

import asyncio
import secrets
import socket
from dataclasses import replace
from pathlib import Path

import pytest

from stockade.core.limits import Limits
from stockade.core.ports import Sandbox
from stockade.core.run import Run
from stockade.core.submission import File, Submission
from stockade.engine.execution import Execution
from stockade.languages.base import Catalogue

pytestmark = pytest.mark.anyio

PAIRS = sorted((Path(__file__).parent / "pairs").glob("*.py"))
SOURCES = {path: path.read_bytes() for path in PAIRS}
# So long that two that were started together are certainly there at the same time.
HOLD_S = 0.5
LIMITS = Limits(cpu_time_s=5.0, wall_time_s=20.0, processes=64)


def submission_of(source: bytes, *args: str) -> Submission:
    return Submission(
        language="python",
        files=(File(name="main.py", content=source),),
        entry="main.py",
        args=args,
        limits=LIMITS,
    )


async def run_of(sandbox: Sandbox, catalogue: Catalogue, submission: Submission) -> Run:
    result = await Execution(submission, catalogue, sandbox).carry_out()
    assert result.run is not None
    return result.run


async def told_by(sandbox: Sandbox, catalogue: Catalogue, path: Path, *args: str) -> str:
    run = await run_of(sandbox, catalogue, submission_of(SOURCES[path], *args))
    return (run.stdout.data + run.stderr.data).decode().strip()


# What is shared with everything on the host may just be in use by another run of these very tests.


@pytest.mark.parametrize("path", PAIRS, ids=[path.stem for path in PAIRS])
async def test_a_job_finds_nothing_of_the_one_before_it(
    sandbox: Sandbox, catalogue: Catalogue, path: Path
) -> None:
    first = await told_by(sandbox, catalogue, path, "0", "0")
    second = await told_by(sandbox, catalogue, path, "0", "1")

    assert (first, second) == ("contained", "contained")


@pytest.mark.parametrize("path", [pytest.param(path, id=path.stem) for path in PAIRS])
async def test_a_job_finds_nothing_of_the_one_beside_it(
    sandbox: Sandbox, catalogue: Catalogue, path: Path
) -> None:
    told = await asyncio.gather(
        *(told_by(sandbox, catalogue, path, str(HOLD_S), str(number)) for number in range(2))
    )

    assert told == ["contained", "contained"]


async def test_two_jobs_are_there_at_the_same_time(sandbox: Sandbox, catalogue: Catalogue) -> None:
    # Without this, all that was claimed above about neighbours would be worth nothing.
    source = b"import sys, time\nprint(time.monotonic())\ntime.sleep(float(sys.argv[1]))\n"
    submission = submission_of(source + b"print(time.monotonic())\n", str(HOLD_S))

    runs = await asyncio.gather(*(run_of(sandbox, catalogue, submission) for _ in range(2)))

    spans = [[float(word) for word in run.stdout.data.split()] for run in runs]
    assert max(begun for begun, _ in spans) < min(ended for _, ended in spans)


async def test_a_job_is_not_told_how_much_has_run_before_it(
    sandbox: Sandbox, catalogue: Catalogue
) -> None:
    source = (
        b"import os, time\n"
        b"groups = sorted({line.strip().split(':', 2)[2] for line in open('/proc/self/cgroup')})\n"
        b"print(groups, flush=True)\n"
        b"for _ in range(20):\n"
        b"    if os.fork() == 0: time.sleep(60)\n"
        b"os._exit(0)\n"
    )

    runs = [await run_of(sandbox, catalogue, submission_of(source)) for _ in range(2)]

    assert [run.stdout.data for run in runs] == [b"['/', '/cell']\n"] * 2


TELLS_ALL = b"""
import glob, os, sys
for name in sorted({*glob.glob("/*"), *glob.glob("/*/*"), *glob.glob("/proc/*/*"),
                    *glob.glob("/workspace/**", recursive=True)}):
    if os.path.isfile(name) and not name.startswith(("/usr", "/lib", "/bin", "/sbin")):
        try:
            descriptor = os.open(name, os.O_RDONLY | os.O_NONBLOCK)
            sys.stdout.buffer.write(name.encode() + b": " + os.read(descriptor, 8192) + b"\\n")
        except OSError:
            pass
print(sys.argv, dict(os.environ), sys.stdin.read())
"""


async def test_the_expected_output_is_nowhere_to_be_found(
    sandbox: Sandbox, catalogue: Catalogue
) -> None:
    secret = secrets.token_hex(16).encode()
    submission = replace(submission_of(TELLS_ALL), expected_output=secret, stdin=b"the input")

    run = await run_of(sandbox, catalogue, submission)

    assert run.is_success, run
    assert b"the input" in run.stdout.data
    assert b"/proc/self/environ: " in run.stdout.data
    assert secret not in run.stdout.data


async def test_the_server_s_variables_are_nowhere_to_be_found(
    catalogue: Catalogue, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = secrets.token_hex(16)
    monkeypatch.setenv("STOCKADE_SECRET", secret)

    run = await run_of(sandbox, catalogue, submission_of(TELLS_ALL))

    assert run.is_success, run
    assert secret.encode() not in run.stdout.data
    assert b"PYTEST" not in run.stdout.data


CONNECTS = b"""
import socket, sys
for family, address in ((socket.AF_INET, ("127.0.0.1", int(sys.argv[1]))),
                        (socket.AF_INET, ("0.0.0.0", int(sys.argv[1]))),
                        (socket.AF_UNIX, "\\0" + sys.argv[2])):
    with socket.socket(family) as sock:
        if sock.connect_ex(address) == 0:
            print("escaped:", address)
            sys.exit(1)
print("contained")
"""


async def test_what_listens_on_the_host_is_out_of_reach(
    sandbox: Sandbox, catalogue: Catalogue
) -> None:
    name = secrets.token_hex(8)
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket(socket.AF_UNIX) as local:
        local.bind(f"\0{name}")
        local.listen()
        port = server.getsockname()[1]

        run = await run_of(sandbox, catalogue, submission_of(CONNECTS, str(port), name))

    assert (run.is_success, run.stdout.data) == (True, b"contained\n")
