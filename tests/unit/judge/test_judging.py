from __future__ import annotations

from dataclasses import replace

import pytest

from stockade.core.run import Ending, Output, Run
from stockade.core.verdict import Verdict
from stockade.judge.judging import judge
from stockade.sandbox.fake import ended, exited

CLEAN = exited(stdout=b"42\n").run


@pytest.mark.parametrize(
    ("ending", "verdict"),
    [
        (Ending.SIGNALLED, Verdict.RUNTIME_ERROR),
        (Ending.CPU_TIME_LIMIT, Verdict.TIME_LIMIT_EXCEEDED),
        (Ending.WALL_TIME_LIMIT, Verdict.TIME_LIMIT_EXCEEDED),
        (Ending.MEMORY_LIMIT, Verdict.MEMORY_LIMIT_EXCEEDED),
        (Ending.OUTPUT_LIMIT, Verdict.OUTPUT_LIMIT_EXCEEDED),
        (Ending.CANCELLED, None),
    ],
)
def test_the_ending_decides_even_when_the_output_was_right(
    ending: Ending, verdict: Verdict | None
) -> None:
    assert judge(None, ended(ending, stdout=b"42\n").run, b"42\n") is verdict


def test_an_exit_code_other_than_0_is_a_runtime_error_even_when_the_output_was_right() -> None:
    assert judge(None, exited(1, stdout=b"42\n").run, b"42\n") is Verdict.RUNTIME_ERROR


def test_a_clean_exit_is_accepted_where_no_output_is_expected() -> None:
    assert judge(None, CLEAN, None) is Verdict.ACCEPTED


@pytest.mark.parametrize(
    ("expected", "verdict"),
    [(b"42", Verdict.ACCEPTED), (b"43", Verdict.WRONG_ANSWER), (b"", Verdict.WRONG_ANSWER)],
)
def test_an_expected_output_is_compared(expected: bytes, verdict: Verdict) -> None:
    assert judge(None, CLEAN, expected) is verdict


def test_an_output_that_was_cut_is_never_right() -> None:
    cut = Output(data=b"42\n", produced_bytes=2_000_000, truncated=True)

    assert judge(None, replace(CLEAN, stdout=cut), b"42\n") is Verdict.WRONG_ANSWER
    assert judge(None, replace(CLEAN, stdout=cut), None) is Verdict.ACCEPTED


@pytest.mark.parametrize(
    "compiled",
    [exited(1).run, *(ended(ending).run for ending in Ending if ending is not Ending.CANCELLED)],
    ids=lambda run: run.ending,
)
def test_a_compile_that_did_not_succeed_is_a_compile_error_whatever_ended_it(
    compiled: Run,
) -> None:
    assert judge(compiled, None, None) is Verdict.COMPILE_ERROR


def test_a_compile_that_was_cancelled_gets_no_verdict() -> None:
    assert judge(ended(Ending.CANCELLED).run, None, None) is None


def test_a_program_that_was_cancelled_before_its_run_gets_no_verdict() -> None:
    assert judge(CLEAN, None, b"42\n") is None
    assert judge(None, None, b"42\n") is None


def test_a_compiled_program_is_judged_by_its_run() -> None:
    assert judge(exited().run, CLEAN, b"42\n") is Verdict.ACCEPTED
