from __future__ import annotations

from pathlib import PurePosixPath

from stockade.core.step import PROGRAM_DIR, WORKSPACE_DIR


def test_what_was_compiled_lies_outside_what_may_be_written() -> None:
    program, workspace = PurePosixPath(PROGRAM_DIR), PurePosixPath(WORKSPACE_DIR)

    assert not program.is_relative_to(workspace)
    assert not workspace.is_relative_to(program)
