from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest

from stockade.core.limits import COMPILE_LIMITS, DEFAULT_LIMITS
from stockade.core.submission import File, Submission

SUBMISSION = Submission(
    language="python", files=(File(name="main.py", content=b""),), entry="main.py"
)


def test_a_submission_never_changes() -> None:
    with pytest.raises(FrozenInstanceError):
        SUBMISSION.language = "c"  # type: ignore[misc]


def test_what_is_not_asked_for_gets_the_default_limits_and_no_comparison() -> None:
    assert SUBMISSION.limits == DEFAULT_LIMITS
    assert SUBMISSION.compile_limits == COMPILE_LIMITS
    assert SUBMISSION.expected_output is None
