"""Raw calls tell the truth about themselves."""

from __future__ import annotations

import errno
import os
import signal

from stockade.core.errors import StockadeError
from stockade.sandbox.cells.probes.inside import raw


def test_a_call_that_is_let_through_has_no_errno() -> None:
    # The plain personality: asked for, not changed.
    assert raw.errno_of("personality", 0xFFFFFFFF) == 0


def test_a_call_that_fails_says_how() -> None:
    assert raw.errno_of("setns", -1, 0) == errno.EBADF


def test_a_call_that_a_machine_lacks_does_not_exist() -> None:
    assert raw.errno_of_number(-1) == errno.ENOSYS


def test_a_child_tells_what_it_found_by_its_exit_code() -> None:
    assert raw.fate_of(lambda: 7) == 7


def test_a_childs_death_is_told_by_its_signal() -> None:
    def die() -> int:
        os.kill(os.getpid(), signal.SIGKILL)
        return 0

    assert raw.fate_of(die) == -signal.SIGKILL


def test_a_child_that_fails_never_comes_back_as_a_second_parent() -> None:
    def fail() -> int:
        raise StockadeError

    before = os.getpid()

    assert raw.fate_of(fail) == 255
    assert os.getpid() == before
