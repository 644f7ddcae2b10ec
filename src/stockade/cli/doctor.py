"""``stockade doctor``: what is enforced here, each layer proved by trying to break it."""

from __future__ import annotations

import asyncio
import json
import platform
import sys
from collections.abc import Sequence
from dataclasses import asdict

import click

from stockade.cli.exits import ExitCode, Failure
from stockade.core.errors import SandboxError
from stockade.sandbox.cells.probes.probe import Proof, ProofState
from stockade.sandbox.cells.probes.prove import own_namespaces, prove
from stockade.wiring import open_local

# Enough for the whole doctor to be over in a few seconds, whatever the number of cores.
_SLOTS = 2
_MARKS = {
    ProofState.PROVED: click.style("proved  ", fg="green"),
    ProofState.BROKEN: click.style("BROKEN  ", fg="red", bold=True),
    ProofState.UNPROVED: click.style("unproved", fg="yellow"),
}


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def command(*, as_json: bool) -> None:
    """Run a program against every layer of the sandbox, and tell which of them held.

    Exits with 0 if all did, 3 if one did not or could not be tried.
    """
    try:
        proofs = asyncio.run(_prove())
    except SandboxError as error:
        raise Failure(str(error)) from error
    click.echo(_as_json(proofs) if as_json else _as_table(proofs))
    is_sound = all(proof.state is ProofState.PROVED for proof in proofs)
    sys.exit(ExitCode.DONE if is_sound else ExitCode.OUR_FAULT)


async def _prove() -> Sequence[Proof]:
    namespaces = own_namespaces()
    async with open_local(slots=_SLOTS) as local:
        return await prove(local.sandbox, namespaces=namespaces)


def _as_json(proofs: Sequence[Proof]) -> str:
    return json.dumps(
        {
            "kernel": platform.release(),
            "machine": platform.machine(),
            "layers": [asdict(proof) for proof in proofs],
        },
        indent=2,
    )


def _as_table(proofs: Sequence[Proof]) -> str:
    lines = [f"Linux {platform.release()} on {platform.machine()}"]
    for proof in proofs:
        lines.append(f"{_MARKS[proof.state]}  {proof.layer:<22} {proof.title}")
        if proof.state is not ProofState.PROVED:
            lines += [f"          {proof.detail}", f"          {proof.meaning}"]
    held = sum(proof.state is ProofState.PROVED for proof in proofs)
    lines.append(f"{held} of {len(proofs)} layers proved.")
    return "\n".join(lines)
