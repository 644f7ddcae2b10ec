"""A probe: what it claims about a layer, the box it needs, and how its run is read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from stockade.core.limits import Limits, MiB
from stockade.core.run import Ending, Run
from stockade.core.step import Command
from stockade.sandbox.cells.probes.inside.main import BROKEN, HELD, HELD_WORD, UNTRIED

Breaches = Callable[[], Iterator[str]]
"""Tries to break a layer from inside a box, and yields what it managed."""

PROBE_LIMITS = Limits(
    cpu_time_s=4.0,
    wall_time_s=10.0,
    memory_bytes=96 * MiB,
    output_bytes=4 * MiB,
    file_bytes=4 * MiB,
    processes=16,
)
_PYTHON = "/usr/bin/python3"
# Isolated, without site: nothing but our own lines and the standard library has a say.
# It leaves at once: threads that a probe has made would meet the interpreter's own end.
_RUN = (
    "import os, sys; sys.path.insert(0, '.'); from inside.main import main;"
    " code = main(*{}); sys.stdout.flush(); os._exit(code)"
)


class ProofState(StrEnum):
    """What is known of a layer once its probe has run."""

    PROVED = "proved"
    BROKEN = "broken"
    UNPROVED = "unproved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What a probe found out. ``detail`` says what it managed, or why it could not try.

    ``meaning`` is what it would mean for people that the layer is missing.
    """

    layer: str
    title: str
    meaning: str
    state: ProofState
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """A claim about one layer, and how it is tried.

    ``breaches`` runs in a box with these limits. It proves the layer by finding nothing, or, where
    it is the supervisor that holds the layer, by ending as ``ending``.
    """

    layer: str
    title: str
    meaning: str
    breaches: Breaches
    limits: Limits = PROBE_LIMITS
    ending: Ending = Ending.EXITED

    def command(self) -> Command:
        """What its box is to run."""
        module = self.breaches.__module__.rpartition(".")[2]
        arguments = (module, self.breaches.__name__)
        return Command(argv=(_PYTHON, "-I", "-S", "-c", _RUN.format(arguments)))

    def judge(self, run: Run) -> Proof:
        """What its run proves."""
        said = run.stdout.data.decode(errors="replace").strip()
        if run.ending is not Ending.EXITED:
            if run.ending is self.ending:
                return self.proof(ProofState.PROVED)
            return self.proof(ProofState.UNPROVED, f"the probe ended as {run.ending}")
        if run.exit_code == BROKEN:
            return self.proof(ProofState.BROKEN, said.replace("\n", "; "))
        if run.exit_code == UNTRIED:
            return self.proof(ProofState.UNPROVED, said)
        if (run.exit_code, said, self.ending) == (HELD, HELD_WORD, Ending.EXITED):
            return self.proof(ProofState.PROVED)
        errors = run.stderr.data.decode(errors="replace").strip()
        return self.proof(ProofState.UNPROVED, errors.rpartition("\n")[2] or "the probe failed")

    def proof(self, state: ProofState, detail: str = "") -> Proof:
        """A proof of this claim, or of its failure."""
        return Proof(
            layer=self.layer, title=self.title, meaning=self.meaning, state=state, detail=detail
        )
