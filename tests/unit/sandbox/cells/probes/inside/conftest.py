"""Trying what no layer protects: a probe's function in an ordinary process of the host.

None of ``resources``: outside of a box they are real bombs.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from stockade.sandbox.cells.probes.inside import resources
from stockade.sandbox.cells.probes.inside.main import BROKEN
from stockade.sandbox.cells.probes.probe import Breaches

RUN = "import sys; from stockade.sandbox.cells.probes.inside.main import main; sys.exit(main(*{}))"

FindOutside = Callable[[Breaches], list[str]]


@pytest.fixture
def find_outside() -> FindOutside:
    """What a probe finds broken on the bare host, as root."""
    if os.geteuid() != 0:
        pytest.skip("only root can do what the layers forbid")
    return breaches_outside


def breaches_outside(breaches: Breaches) -> list[str]:
    assert breaches.__module__ != resources.__name__
    arguments = (breaches.__module__.rpartition(".")[2], breaches.__name__)
    namespaces = "\n".join(str(each.readlink()) for each in Path("/proc/self/ns").iterdir())
    done = subprocess.run(
        [sys.executable, "-I", "-c", RUN.format(arguments)],
        input=namespaces,
        capture_output=True,
        text=True,
        timeout=60,
        env={"SECRET": "x"},
        check=False,
    )
    assert done.returncode == BROKEN, done
    return done.stdout.splitlines()
