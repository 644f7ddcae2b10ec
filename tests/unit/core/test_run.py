from __future__ import annotations

from dataclasses import replace

import pytest

from stockade.core.run import Ending, Output, Run, Usage

CLEAN = Run(
    ending=Ending.EXITED,
    exit_code=0,
    signal=None,
    stdout=Output(),
    stderr=Output(),
    usage=Usage(cpu_ms=1.0, wall_ms=1.0, memory_bytes=0, processes_peak=1),
)


def test_exit_code_0_is_success() -> None:
    assert CLEAN.is_success


def test_another_exit_code_is_none() -> None:
    assert not replace(CLEAN, exit_code=1).is_success


@pytest.mark.parametrize("ending", [ending for ending in Ending if ending is not Ending.EXITED])
def test_no_other_ending_is_success(ending: Ending) -> None:
    assert not replace(CLEAN, ending=ending, exit_code=None).is_success
