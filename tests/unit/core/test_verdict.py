from __future__ import annotations

import pytest

from stockade.core.run import Ending
from stockade.core.verdict import VERDICT_OF_ENDING, Verdict


def test_every_ending_but_the_two_that_are_looked_into_has_a_verdict() -> None:
    assert set(Ending) - set(VERDICT_OF_ENDING) == {Ending.EXITED, Ending.CANCELLED}


@pytest.mark.parametrize(("ending", "verdict"), VERDICT_OF_ENDING.items())
def test_no_ending_alone_makes_a_program_right_or_its_output_wrong(
    ending: Ending, verdict: Verdict
) -> None:
    assert verdict not in {Verdict.ACCEPTED, Verdict.WRONG_ANSWER}


@pytest.mark.parametrize("clock", [Ending.CPU_TIME_LIMIT, Ending.WALL_TIME_LIMIT])
def test_either_clock_gives_the_same_verdict(clock: Ending) -> None:
    assert VERDICT_OF_ENDING[clock] is Verdict.TIME_LIMIT_EXCEEDED
