"""Proving that the sandbox holds what it claims, here and now, by trying to break it."""

from __future__ import annotations

import asyncio
import fcntl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from importlib import resources
from pathlib import Path

from stockade.core.errors import SandboxError
from stockade.core.ports import Sandbox
from stockade.core.step import Step
from stockade.core.submission import File
from stockade.sandbox.cells.probes import inside
from stockade.sandbox.cells.probes.inside.files import LOCKED_DEVICE, LOCKED_FILE
from stockade.sandbox.cells.probes.probe import Probe, Proof, ProofState
from stockade.sandbox.cells.probes.table import PROBES


async def prove(
    sandbox: Sandbox, probes: Sequence[Probe] = PROBES, *, namespaces: bytes | None = None
) -> tuple[Proof, ...]:
    """Run every probe in a box of its own, as many at a time as there are slots.

    The proofs come in the order of the probes. A probe that could not be run has proved nothing:
    its proof says so. ``namespaces`` are those of :func:`own_namespaces`, for a process that has
    given up root since and can no longer look.
    """
    files, stdin = _inside_files(), namespaces or own_namespaces()
    with _host_locks():
        async with asyncio.TaskGroup() as tasks:
            proving = [tasks.create_task(_prove(sandbox, each, files, stdin)) for each in probes]
    return tuple(task.result() for task in proving)


async def _prove(sandbox: Sandbox, probe: Probe, files: tuple[File, ...], stdin: bytes) -> Proof:
    command = replace(probe.command(), stdin=stdin)
    try:
        async with sandbox.box(Step(command=command, limits=probe.limits, files=files)) as box:
            return probe.judge((await box.outcome()).run)
    except SandboxError as error:
        return probe.proof(ProofState.UNPROVED, str(error))


def _inside_files() -> tuple[File, ...]:
    """The code that runs inside, as a package that a box can import."""
    sources = [each for each in resources.files(inside).iterdir() if each.name.endswith(".py")]
    return tuple(File(name=f"inside/{each.name}", content=each.read_bytes()) for each in sources)


def own_namespaces() -> bytes:
    """The namespaces of this very process, which no box may be in."""
    return "\n".join(str(each.readlink()) for each in Path("/proc/self/ns").iterdir()).encode()


@contextmanager
def _host_locks() -> Iterator[None]:
    """Hold locks on a file and a device of the host, for probes to look whether they are seen."""
    with Path(LOCKED_FILE).open("rb") as file, Path(LOCKED_DEVICE).open("rb") as device:
        for each in (file, device):
            fcntl.flock(each, fcntl.LOCK_SH | fcntl.LOCK_NB)
        yield
