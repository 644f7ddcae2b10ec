"""What can be told of limits without a bomb; the rest is tried in boxes, in ``test_prove``."""

from __future__ import annotations

import resource
import subprocess
import sys

from stockade.sandbox.cells.probes.inside import resources


def test_a_limit_that_is_high_or_can_be_raised_is_found_out() -> None:
    # In a process of its own: raising a limit would be for good.
    done = subprocess.run(
        [sys.executable, "-c", f"import {resources.__name__} as r; print(*r.resource_limits())"],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    assert "RLIMIT_NOFILE is" in done.stdout


def test_a_limit_is_not_raised_where_that_is_refused() -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)

    # The kernel has a bound for this one that nobody may exceed.
    assert not resources._can_raise(resource.RLIMIT_NOFILE, max(hard, 1 << 40))
