"""Where nothing protects, the probes of privileges find it out."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from stockade.sandbox.cells.probes.inside import privileges
from stockade.sandbox.cells.probes.probe import Breaches


@pytest.mark.parametrize(
    ("breaches", "said"),
    [
        (privileges.user_namespace, "uid_map: 0 stands for root of the host"),
        (privileges.own_ids, "uid_map: 4294967295 ids from 0 stand for 0 and above"),
        (privileges.own_ids, "it joined a group"),
        (privileges.capabilities, "it took a port below 1024"),
        (privileges.no_new_privileges, "an exec may grant privileges"),
        (privileges.securebits, "securebits are 0x0"),
        (privileges.set_uid, "/ honours set-uid bits"),
    ],
)
def test_power_that_is_left_is_found_out(
    find_outside: Callable[[Breaches], list[str]], breaches: Breaches, said: str
) -> None:
    assert said in find_outside(breaches)


def test_all_that_root_holds_is_named(find_outside: Callable[[Breaches], list[str]]) -> None:
    found = " ".join(find_outside(privileges.capabilities))

    assert all(name in found for name in ("CapPrm", "CapEff", "CapBnd"))
