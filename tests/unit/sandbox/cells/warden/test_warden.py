"""The warden, spoken to in its own words, as the server does."""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from stockade.core.limits import Limits
from stockade.core.step import Command, Step
from stockade.sandbox.cells.backend import _start_warden, _write_bundle
from stockade.sandbox.cells.warden.identity import KEEPER_CAPABILITIES, WARDEN_CAPABILITIES
from stockade.sandbox.cells.warden.messages import (
    Ended,
    Kill,
    Message,
    Ready,
    Start,
    receive,
    send,
)
from stockade.sandbox.cells.warden.warden import LAYERS, OPTIONAL_LAYERS

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="the warden needs root")

PATIENCE_S = 30.0
START = Start(
    slot=0,
    box=1,
    cpu_time_s=2.0,
    wall_time_s=20.0,
    memory_bytes=64 << 20,
    processes=8,
    cpus=1.0,
    collect=[],
)


class Server:
    """The server's end of the socket, and the keeper at the other."""

    def __init__(self) -> None:
        self.sock, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.sock.settimeout(PATIENCE_S)
        with theirs:
            self.keeper: subprocess.Popen[bytes] = _start_warden(theirs, 1)

    def hear(self) -> Message:
        packet = receive(self.sock)
        assert packet is not None
        for descriptor in packet.descriptors:
            os.close(descriptor)
        return packet.message

    def start(self, *argv: str, start: Start = START) -> None:
        """Ask for a box; nobody writes to its program, nobody reads what it writes."""
        step = Step(command=Command(argv=argv), limits=Limits())
        ends = [*os.pipe(), *os.pipe(), *os.pipe()]
        theirs = [_write_bundle(step), ends[0], ends[3], ends[5]]
        send(self.sock, start, theirs)
        for descriptor in {*theirs, *ends}:
            os.close(descriptor)

    def ended(self) -> Ended:
        message = self.hear()
        assert isinstance(message, Ended)
        return message


@pytest.fixture
def server() -> Iterator[Server]:
    opened = Server()
    yield opened
    opened.sock.close()
    opened.keeper.wait(PATIENCE_S)


@pytest.fixture
def ready(server: Server) -> Server:
    assert isinstance(server.hear(), Ready)
    return server


def test_it_says_what_it_enforces_and_what_the_host_lacks(server: Server) -> None:
    message = server.hear()

    assert isinstance(message, Ready)
    assert set(LAYERS) <= set(message.enforced)
    assert {*message.enforced, *message.missing} == {*LAYERS, *OPTIONAL_LAYERS}
    assert not {*message.enforced} & {*message.missing}


def test_a_box_is_answered_for_by_its_number(ready: Server) -> None:
    ready.start("/bin/sh", "-c", "exit 5", start=START._replace(box=77))

    ended = ready.ended()

    assert (ended.slot, ended.box, ended.ending, ended.exit_code) == (0, 77, "exited", 5)


def test_a_start_may_come_before_the_box_waits(ready: Server) -> None:
    # The next box is made when the last has ended: these come sooner.
    for number in (1, 2, 3):
        ready.start("/bin/sh", "-c", "exit 0", start=START._replace(box=number))
        assert ready.ended().box == number


def test_a_kill_gives_the_ending_that_it_is_for(ready: Server) -> None:
    ready.start("/bin/sh", "-c", "sleep 20")

    send(ready.sock, Kill(slot=0, box=1, why="output_limit"))

    assert ready.ended().ending == "output_limit"


def test_the_first_kill_counts(ready: Server) -> None:
    ready.start("/bin/sh", "-c", "sleep 20")

    send(ready.sock, Kill(slot=0, box=1, why="cancelled"))
    send(ready.sock, Kill(slot=0, box=1, why="output_limit"))

    assert ready.ended().ending == "cancelled"


def test_a_kill_of_another_box_harms_nobody(ready: Server) -> None:
    send(ready.sock, Kill(slot=0, box=1, why="cancelled"))
    ready.start("/bin/sh", "-c", "exit 0", start=START._replace(box=2))
    send(ready.sock, Kill(slot=0, box=1, why="cancelled"))

    ended = ready.ended()

    assert (ended.box, ended.ending) == (2, "exited")


def test_a_program_that_is_not_there_is_named(ready: Server) -> None:
    ready.start("/no/such/thing")

    ended = ready.ended()

    assert (ended.ending, ended.exit_code) == ("", None)
    assert ended.fault == "/no/such/thing: No such file or directory"


def test_when_the_server_goes_all_of_it_goes(ready: Server) -> None:
    ready.start("/bin/sh", "-c", "setsid sleep 20 & sleep 20")
    keeper = ready.keeper.pid

    ready.sock.close()

    assert ready.keeper.wait(PATIENCE_S) == 0
    assert list(Path("/sys/fs/cgroup").rglob(f"stockade-{keeper}-*")) == []


def test_keeper_and_warden_hold_no_more_power_than_they_need(ready: Server) -> None:
    keeper = ready.keeper.pid

    for pid, kept in (
        (keeper, KEEPER_CAPABILITIES),
        (only_child_of(keeper), WARDEN_CAPABILITIES),
    ):
        status = status_of(pid)
        assert capabilities(status["CapPrm"]) == capabilities(status["CapEff"]) == kept
        assert capabilities(status["CapInh"]) == capabilities(status["CapAmb"]) == set()
        assert capabilities(status["CapBnd"]) <= KEEPER_CAPABILITIES
        assert (status["NoNewPrivs"], status["Groups"].strip()) == ("1", "")


def test_nothing_below_a_cell_can_gain_a_capability(ready: Server) -> None:
    cell = only_child_of(only_child_of(ready.keeper.pid))

    assert capabilities(status_of(cell)["CapBnd"]) == set()


def only_child_of(pid: int) -> int:
    [child] = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return int(child)


def status_of(pid: int) -> dict[str, str]:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return {name: value for name, _, value in (line.partition(":\t") for line in lines)}


def capabilities(word: str) -> set[int]:
    return {number for number in range(64) if int(word, 16) >> number & 1}
