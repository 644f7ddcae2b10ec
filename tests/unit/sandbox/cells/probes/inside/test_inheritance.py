"""What a program should not inherit is found out where it does."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from stockade.sandbox.cells.probes.inside import inheritance
from stockade.sandbox.cells.probes.probe import Breaches


def test_a_variable_is_named_but_not_told(
    find_outside: Callable[[Breaches], list[str]],
) -> None:
    assert find_outside(inheritance.environment) == ["there is a variable SECRET"]


def test_a_session_of_others_is_found_out(
    find_outside: Callable[[Breaches], list[str]],
) -> None:
    assert f"it belongs to session {os.getsid(0)}" in find_outside(inheritance.session)


def test_a_fourth_descriptor_is_found_out(tmp_path: Path) -> None:
    with (tmp_path / "file").open("w"):
        assert any("open descriptors" in line for line in inheritance.descriptors())


def test_a_stream_that_is_no_pipe_is_found_out() -> None:
    module = inheritance.__name__

    done = subprocess.run(
        [sys.executable, "-c", f"import {module} as i; print(*i.descriptors(), sep='\\n')"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    assert done.stdout == "a standard stream is no pipe\n"
