"""Running the probes: on a double for what may go wrong, on real cells for what is true here."""

from __future__ import annotations

import asyncio
import fcntl
from dataclasses import replace
from pathlib import Path

import pytest

from stockade.core.errors import SandboxError
from stockade.core.step import Step, StepOutcome
from stockade.sandbox.cells.backend import CellsSandbox
from stockade.sandbox.cells.probes.inside import files, resources
from stockade.sandbox.cells.probes.inside.main import BROKEN
from stockade.sandbox.cells.probes.probe import Breaches, Probe, ProofState
from stockade.sandbox.cells.probes.prove import prove
from stockade.sandbox.cells.probes.table import PROBES
from stockade.sandbox.fake import FakeSandbox, exited

pytestmark = pytest.mark.anyio

MiB = 1 << 20
PROBE_OF = {probe.breaches: probe for probe in PROBES}


async def test_every_layer_is_proved_on_this_machine(cells: CellsSandbox) -> None:
    async with asyncio.timeout(60):
        proofs = await prove(cells)

    failed = [proof for proof in proofs if proof.state is not ProofState.PROVED]
    assert failed == []
    assert len(proofs) == len(PROBES)


@pytest.mark.parametrize(
    ("breaches", "allowance", "said"),
    [
        (resources.memory, {"memory_bytes": 256 * MiB}, "it held 192 MiB"),
        (resources.children_memory, {"memory_bytes": 256 * MiB}, "it outlived its child"),
        (resources.processes, {"processes": 64}, "there were 32 processes"),
        (resources.threads, {"processes": 64}, "there were 32 threads"),
        (resources.cpu_time, {"cpu_time_s": 20.0, "cpus": 2.0}, "s of CPU time"),
        (resources.wall_time, {"wall_time_s": 20.0}, "it slept for"),
        (resources.output, {"output_bytes": 16 * MiB}, "it wrote 4 MiB"),
        (files.bounded_bytes, {"file_bytes": 8 * MiB}, "/workspace took 5 MiB"),
        (files.bounded_inodes, {"file_bytes": 16 * MiB}, "/workspace took 2048 files"),
    ],
)
async def test_a_limit_that_is_not_there_is_found_out(
    cells: CellsSandbox, breaches: Breaches, allowance: dict[str, float], said: str
) -> None:
    [proof] = await prove(cells, [with_more(PROBE_OF[breaches], allowance)])

    assert proof.state is ProofState.BROKEN, proof
    assert said in proof.detail


def with_more(probe: Probe, allowance: dict[str, float]) -> Probe:
    """The probe, allowed so much more than it believes that the limit might as well be missing."""
    # mypy cannot know that these names go with these types.
    return replace(probe, limits=replace(probe.limits, **allowance))  # type: ignore[arg-type]


async def test_a_processor_that_is_not_shared_is_found_out(cells: CellsSandbox) -> None:
    probe = with_more(PROBE_OF[resources.cpu_share], {"cpus": 1.0})

    # A busy machine may by itself give a program less than it asks for: it needs one quiet moment.
    for _ in range(10):
        [proof] = await prove(cells, [probe])
        if proof.state is ProofState.BROKEN:
            return
    pytest.fail("it always had its share at most")


async def test_a_lock_of_the_host_is_held_while_the_probes_run() -> None:
    def try_lock(_step: Step) -> StepOutcome:
        with Path(files.LOCKED_FILE).open("rb") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return exited(BROKEN, stdout=b"seen")
        return exited(0)

    [proof] = await prove(FakeSandbox(try_lock), [PROBE_OF[files.own_inodes]])

    assert proof.detail == "seen"


async def test_where_there_is_no_interpreter_nothing_is_proved() -> None:
    fault = SandboxError("/usr/bin/python3: No such file or directory")

    proofs = await prove(FakeSandbox.playing(*[fault] * len(PROBES)))

    assert {proof.state for proof in proofs} == {ProofState.UNPROVED}
    assert {proof.detail for proof in proofs} == {str(fault)}


async def test_a_missing_interpreter_is_what_a_real_box_calls_it(cells: CellsSandbox) -> None:
    step = replace_interpreter(PROBES[0], "/usr/bin/python-that-is-not-there")

    with pytest.raises(SandboxError, match="No such file"):
        async with cells.box(step) as box:
            await box.outcome()


def replace_interpreter(probe: Probe, path: str) -> Step:
    command = probe.command()
    return Step(command=replace(command, argv=(path, *command.argv[1:])), limits=probe.limits)


async def test_every_probe_gets_a_box_of_its_own_and_proofs_keep_their_order() -> None:
    sandbox = FakeSandbox(lambda _step: exited(stdout=b"held\n"))

    proofs = await prove(sandbox)

    assert len(sandbox.steps) == len(PROBES)
    assert [proof.title for proof in proofs] == [probe.title for probe in PROBES]
    assert {len(step.files) > 1 for step in sandbox.steps} == {True}


async def test_probes_run_side_by_side() -> None:
    sandbox = FakeSandbox(slots=4)
    sandbox.hold()
    proving = asyncio.create_task(prove(sandbox))

    await sandbox.started(4)
    sandbox.release()

    assert len(await proving) == len(PROBES)
