from __future__ import annotations

import pytest

from stockade.core.errors import (
    Conflict,
    InvalidSubmission,
    JobNotFound,
    OurFault,
    QueueError,
    SandboxError,
    StockadeError,
    StoreError,
)


@pytest.mark.parametrize("ours", [SandboxError, QueueError, StoreError])
def test_what_we_fail_at_is_our_fault(ours: type[StockadeError]) -> None:
    assert issubclass(ours, OurFault)


@pytest.mark.parametrize("theirs", [InvalidSubmission, JobNotFound, Conflict])
def test_what_the_client_gets_wrong_is_not(theirs: type[StockadeError]) -> None:
    assert issubclass(theirs, StockadeError)
    assert not issubclass(theirs, OurFault)


def test_a_refusal_names_field_problem_and_fix() -> None:
    refusal = InvalidSubmission("limits.cpus", "The limit is too high.", "Use at most 4.")

    assert str(refusal) == "limits.cpus: The limit is too high. Use at most 4."
