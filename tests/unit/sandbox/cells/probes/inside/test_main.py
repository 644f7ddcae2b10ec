"""What a probe says, and with which exit code."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from stockade.sandbox.cells.probes.inside import main as module

SCRIPT = """
from inside.main import Untried


def holds():
    yield from ()


def breaks():
    yield "one"
    yield "two"


def cannot():
    raise Untried("not on this machine")
    yield


def crashes():
    yield "one"
    raise KeyError("two")
"""
RUN = "import sys; sys.path.insert(0, '.'); from inside.main import main; sys.exit(main({}, {}))"


@pytest.mark.parametrize(
    ("function", "code", "said"),
    [
        ("holds", module.HELD, "held\n"),
        ("breaks", module.BROKEN, "one\ntwo\n"),
        ("cannot", module.UNTRIED, "not on this machine\n"),
        ("crashes", 1, ""),
    ],
)
def test_the_exit_code_and_the_words_say_the_same(
    tmp_path: Path, function: str, code: int, said: str
) -> None:
    package = tmp_path / "inside"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "main.py").write_bytes(Path(module.__file__).read_bytes())
    (package / "script.py").write_text(textwrap.dedent(SCRIPT))

    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", RUN.format("'script'", repr(function))],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (done.returncode, done.stdout) == (code, said)


def test_a_crash_cannot_be_taken_for_an_answer() -> None:
    assert 1 not in {module.HELD, module.BROKEN, module.UNTRIED}
