"""The verdict: what the runs of a submission and its expected output amount to."""

from __future__ import annotations

from stockade.core.run import Ending, Output, Run
from stockade.core.verdict import VERDICT_OF_ENDING, Verdict
from stockade.judge.checkers import same_lines


def judge(compiled: Run | None, run: Run | None, expected_output: bytes | None) -> Verdict | None:
    """The verdict on a compile run (None: not compiled) and a run (None: it never came to that).

    None means that the work was cut short by a cancel, so that there is nothing to judge.
    """
    if compiled is not None and not compiled.is_success:
        return None if compiled.ending is Ending.CANCELLED else Verdict.COMPILE_ERROR
    if run is None:
        return None
    if run.ending is not Ending.EXITED:
        return VERDICT_OF_ENDING.get(run.ending)
    if run.exit_code != 0:
        return Verdict.RUNTIME_ERROR
    return _compare(run.stdout, expected_output)


def _compare(stdout: Output, expected_output: bytes | None) -> Verdict:
    if expected_output is None:
        return Verdict.ACCEPTED
    # Of a truncated output the middle is gone: what is left cannot show that it was right.
    is_right = not stdout.truncated and same_lines(stdout.data, expected_output)
    return Verdict.ACCEPTED if is_right else Verdict.WRONG_ANSWER
