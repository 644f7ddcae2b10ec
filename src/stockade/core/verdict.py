"""The judge's word on a submission, and how an ending becomes one."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from stockade.core.run import Ending


class Verdict(StrEnum):
    """What the judge says. Long words travel on the wire; codes such as TLE are for tables."""

    ACCEPTED = "accepted"
    WRONG_ANSWER = "wrong_answer"
    RUNTIME_ERROR = "runtime_error"
    TIME_LIMIT_EXCEEDED = "time_limit_exceeded"
    MEMORY_LIMIT_EXCEEDED = "memory_limit_exceeded"
    OUTPUT_LIMIT_EXCEEDED = "output_limit_exceeded"
    COMPILE_ERROR = "compile_error"
    JUDGE_ERROR = "judge_error"


# Endings after which the output is not looked at. A cancelled run gets no verdict at all.
VERDICT_OF_ENDING: Mapping[Ending, Verdict] = MappingProxyType(
    {
        Ending.SIGNALLED: Verdict.RUNTIME_ERROR,
        Ending.CPU_TIME_LIMIT: Verdict.TIME_LIMIT_EXCEEDED,
        Ending.WALL_TIME_LIMIT: Verdict.TIME_LIMIT_EXCEEDED,
        Ending.MEMORY_LIMIT: Verdict.MEMORY_LIMIT_EXCEEDED,
        Ending.OUTPUT_LIMIT: Verdict.OUTPUT_LIMIT_EXCEEDED,
    }
)
