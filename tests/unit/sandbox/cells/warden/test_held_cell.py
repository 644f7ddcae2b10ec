"""A cell as the warden holds it: it waits to be let in, and goes when it is let go."""

from __future__ import annotations

import os
import resource
import select

import pytest

from stockade.sandbox.cells.warden.held_cell import HeldCell
from stockade.sandbox.cells.warden.messages import Fault, Settled, receive
from stockade.sandbox.cells.warden.seccomp import compile_filter

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can make cells")

PATIENCE_S = 30.0
SLOT = 500  # far from those of any real sandbox


def test_a_cell_settles_once_it_is_let_in() -> None:
    home = HeldCell.bear(SLOT, compile_filter())
    try:
        before = select.select([home.control], [], [], 0.1)[0]
        home.admit()
        after = select.select([home.control], [], [], PATIENCE_S)[0]

        assert (before, after) == ([], [home.control])
        packet = receive(home.control)
        assert packet is not None
        assert isinstance(packet.message, Settled), packet
    finally:
        home.destroy()
        os.waitpid(home.pid, 0)


@pytest.mark.parametrize("is_let_in", [True, False])
def test_a_cell_that_is_let_go_is_dead_and_leaves_no_descriptor(is_let_in: bool) -> None:
    before = open_descriptors()
    home = HeldCell.bear(SLOT, compile_filter())
    if is_let_in:
        home.admit()

    home.destroy()

    assert os.waitpid(home.pid, 0)[0] == home.pid
    assert open_descriptors() == before


def test_a_cell_that_cannot_settle_says_why() -> None:
    # It cannot write the files of its root.
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    home = HeldCell.bear(SLOT, compile_filter())
    resource.setrlimit(resource.RLIMIT_FSIZE, before)
    home.admit()

    assert select.select([home.control], [], [], PATIENCE_S)[0]
    packet = receive(home.control)

    assert packet is not None
    assert isinstance(packet.message, Fault)
    assert packet.message.turn == 0
    home.destroy()
    os.waitpid(home.pid, 0)


def open_descriptors() -> set[int]:
    return {number for number in range(1024) if is_open(number)}


def is_open(number: int) -> bool:
    try:
        os.fstat(number)
    except OSError:
        return False
    return True
