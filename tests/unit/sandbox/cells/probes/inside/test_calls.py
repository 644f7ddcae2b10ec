"""Where no filter is, the probes of calls find it out."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from stockade.sandbox.cells.probes.inside import calls
from stockade.sandbox.cells.probes.inside.raw import MACHINE
from stockade.sandbox.cells.probes.probe import Breaches


@pytest.mark.parametrize(
    ("breaches", "said"),
    [
        (calls.dangerous, "bpf reaches the kernel"),
        (calls.dangerous, "keyctl reaches the kernel"),
        (calls.dangerous, "perf_event_open reaches the kernel"),
        (calls.dangerous, "ptrace reaches the kernel"),
        (calls.dangerous, "userfaultfd reaches the kernel"),
        (calls.dangerous, "personality may turn off address randomisation"),
        (calls.hidden_flags, "clone3 exists"),
        (calls.socket_families, "socket family 16, kind 1 reaches the kernel"),
        (calls.socket_families, "pairs of family 2 reach the kernel"),
        (calls.nested_namespaces, "unshare may make a user namespace"),
        (calls.nested_namespaces, "clone may make a network namespace"),
    ],
)
def test_a_call_that_nothing_stops_is_found_out(
    find_outside: Callable[[Breaches], list[str]], breaches: Breaches, said: str
) -> None:
    assert said in find_outside(breaches)


@pytest.mark.skipif(MACHINE != "x86_64", reason="the foreign ABIs are those of x86-64")
def test_a_foreign_abi_that_nothing_stops_is_found_out(
    find_outside: Callable[[Breaches], list[str]],
) -> None:
    assert "calls of x32 are answered" in find_outside(calls.foreign_abis)
