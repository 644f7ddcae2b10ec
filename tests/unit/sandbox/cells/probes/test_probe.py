"""How a run is read: only what held has proved anything."""

from __future__ import annotations

import pytest

from stockade.core.run import Ending
from stockade.core.step import StepOutcome
from stockade.sandbox.cells.probes.inside import resources
from stockade.sandbox.cells.probes.inside.main import BROKEN, HELD, UNTRIED
from stockade.sandbox.cells.probes.probe import Probe, ProofState
from stockade.sandbox.fake import ended, exited

FROM_INSIDE = Probe(
    layer="resource_limits", title="t", meaning="m", breaches=resources.resource_limits
)
BY_ENDING = Probe(
    layer="memory_limit",
    title="t",
    meaning="m",
    breaches=resources.memory,
    ending=Ending.MEMORY_LIMIT,
)


@pytest.mark.parametrize(
    ("outcome", "state", "detail"),
    [
        (exited(HELD, stdout=b"held\n"), ProofState.PROVED, ""),
        (exited(BROKEN, stdout=b"one\ntwo\n"), ProofState.BROKEN, "one; two"),
        (exited(UNTRIED, stdout=b"not here\n"), ProofState.UNPROVED, "not here"),
        # A zero of somebody else's, and words without a zero, prove nothing.
        (exited(0), ProofState.UNPROVED, "the probe failed"),
        (exited(0, stdout=b"held\nreally\n"), ProofState.UNPROVED, "the probe failed"),
        (exited(1, stdout=b"held\n"), ProofState.UNPROVED, "the probe failed"),
        (exited(1, stderr=b"Traceback\nOSError: x\n"), ProofState.UNPROVED, "OSError: x"),
        (ended(Ending.SIGNALLED, signal="SIGSYS"), ProofState.UNPROVED, "ended as signalled"),
        (ended(Ending.MEMORY_LIMIT), ProofState.UNPROVED, "ended as memory_limit"),
    ],
)
def test_a_layer_tried_from_inside_is_proved_by_the_word_alone(
    outcome: StepOutcome, state: ProofState, detail: str
) -> None:
    proof = FROM_INSIDE.judge(outcome.run)

    assert proof.state is state
    assert proof.detail.endswith(detail)


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (ended(Ending.MEMORY_LIMIT), ProofState.PROVED),
        (ended(Ending.MEMORY_LIMIT, stdout=b"held\n"), ProofState.PROVED),
        (exited(BROKEN, stdout=b"it held 99 MiB\n"), ProofState.BROKEN),
        (exited(HELD, stdout=b"held\n"), ProofState.UNPROVED),
        (ended(Ending.WALL_TIME_LIMIT), ProofState.UNPROVED),
        (ended(Ending.CANCELLED), ProofState.UNPROVED),
    ],
)
def test_a_layer_that_the_supervisor_holds_is_proved_by_the_ending_alone(
    outcome: StepOutcome, state: ProofState
) -> None:
    assert BY_ENDING.judge(outcome.run).state is state


def test_a_proof_says_of_which_layer_it_is_and_what_it_would_mean_without() -> None:
    proof = FROM_INSIDE.proof(ProofState.BROKEN, "how")

    assert (proof.layer, proof.title, proof.meaning) == ("resource_limits", "t", "m")
