"""Messages arrive whole, with their descriptors, and only once."""

from __future__ import annotations

import fcntl
import os
import socket
from collections.abc import Iterator, Sequence
from typing import get_args, get_type_hints

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stockade.sandbox.cells.warden.messages import (
    Cleared,
    Exited,
    Message,
    Next,
    Start,
    hand_over,
    has_sane_limits,
    receive,
    receive_begin,
    send,
    send_begin,
    send_exited,
    take_over,
)

KINDS: tuple[type[Message], ...] = get_args(Message)
VALUES: dict[object, st.SearchStrategy[object]] = {
    int: st.integers(-(2**63), 2**63),
    float: st.floats(allow_nan=False),
    str: st.text(),
    list[str]: st.lists(st.text()),
    Sequence[str]: st.lists(st.text()),
    int | None: st.none() | st.integers(0, 255),
}
Ends = tuple[socket.socket, socket.socket]


def messages_of(kind: type[Message]) -> st.SearchStrategy[Message]:
    values = (VALUES[hint] for hint in get_type_hints(kind).values())
    return st.tuples(*values).map(lambda fields: kind(*fields))


MESSAGES = st.one_of(*map(messages_of, KINDS))


@pytest.fixture
def ends() -> Iterator[Ends]:
    near, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    near.settimeout(0)
    with near, far:
        yield near, far


@given(message=MESSAGES)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_message_arrives_as_it_was_sent(ends: Ends, message: Message) -> None:
    near, far = ends

    send(far, message)
    packet = receive(near)

    assert packet is not None
    assert packet.message == message
    assert type(packet.message) is type(message)
    assert packet.descriptors == ()


@pytest.mark.parametrize("count", [1, 4, 64])
def test_descriptors_arrive_in_order_and_are_closed_by_any_exec(ends: Ends, count: int) -> None:
    near, far = ends
    made = [os.memfd_create(str(number)) for number in range(count)]
    for number, descriptor in enumerate(made):
        os.write(descriptor, bytes([number]))

    send(far, Cleared(1), made)
    packet = receive(near)

    assert packet is not None
    assert [os.pread(each, 9, 0) for each in packet.descriptors] == [
        bytes([number]) for number in range(count)
    ]
    assert not set(packet.descriptors) & set(made)
    for descriptor in packet.descriptors:
        assert fcntl.fcntl(descriptor, fcntl.F_GETFD) & fcntl.FD_CLOEXEC
    for descriptor in (*made, *packet.descriptors):
        os.close(descriptor)


def test_messages_do_not_run_into_each_other(ends: Ends) -> None:
    near, far = ends
    for turn in (1, 2, 3):
        send(far, Next(turn))

    packets = [receive(near) for _ in range(3)]

    assert [packet.message for packet in packets if packet] == [Next(1), Next(2), Next(3)]


def test_where_nothing_was_sent_nobody_waits(ends: Ends) -> None:
    near, _ = ends

    with pytest.raises(BlockingIOError):
        receive(near)


def test_a_closed_end_is_told_after_what_it_still_said(ends: Ends) -> None:
    near, far = ends
    send(far, Cleared(1))
    far.close()

    first, second = receive(near), receive(near)

    assert first is not None
    assert second is None
    with pytest.raises(BrokenPipeError):
        send(near, Cleared(1))


def test_an_end_that_closed_without_reading_is_a_closed_end(ends: Ends) -> None:
    near, far = ends
    send(near, Cleared(1))
    far.close()

    assert receive(near) is None


# What a box says and hears in its own words


def test_a_box_gets_the_descriptors_of_its_own_turn(ends: Ends) -> None:
    near, far = ends
    stale, mine = os.memfd_create("stale"), os.memfd_create("mine")
    os.write(mine, b"mine")
    open_before = open_descriptors()
    send_begin(far, 1, [stale])
    send_begin(far, 2, [mine])

    [descriptor] = receive_begin(near, 2)

    assert os.pread(descriptor, 9, 0) == b"mine"
    assert fcntl.fcntl(descriptor, fcntl.F_GETFD) & fcntl.FD_CLOEXEC
    os.close(descriptor)
    # What was meant for a box that is dead is let go of.
    assert open_descriptors() == open_before
    os.close(stale)
    os.close(mine)


def open_descriptors() -> set[int]:
    return {number for number in range(1024) if is_open(number)}


def is_open(number: int) -> bool:
    try:
        os.fstat(number)
    except OSError:
        return False
    return True


def test_a_box_without_a_warden_does_not_wait(ends: Ends) -> None:
    near, far = ends
    far.close()

    with pytest.raises(ConnectionError):
        receive_begin(near, 1)


@given(fields=st.tuples(*[st.integers(0, 2**63)] * 5))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_a_box_says_at_the_end_is_an_exited(
    ends: Ends, fields: tuple[int, int, int, int, int]
) -> None:
    near, far = ends

    send_exited(far, fields)
    packet = receive(near)

    assert packet is not None
    assert packet.message == Exited(*fields)


# One descriptor alone


def test_a_descriptor_is_handed_over(ends: Ends) -> None:
    near, far = ends
    mine = os.memfd_create("mine")
    os.write(mine, b"mine")

    assert take_over(near) is None
    hand_over(far, mine)
    descriptor = take_over(near)

    assert descriptor is not None
    assert os.pread(descriptor, 9, 0) == b"mine"
    assert fcntl.fcntl(descriptor, fcntl.F_GETFD) & fcntl.FD_CLOEXEC
    os.close(descriptor)
    os.close(mine)


@pytest.mark.parametrize("limit", [float("nan"), float("inf"), 0, -1, 2**60, "3"])
def test_limits_that_make_no_sense_are_seen(limit: float) -> None:
    sane = Start(
        slot=0,
        box=1,
        cpu_time_s=1.0,
        wall_time_s=2.0,
        memory_bytes=1 << 20,
        processes=8,
        cpus=1.0,
        collect=[],
    )

    assert has_sane_limits(sane)
    assert not has_sane_limits(sane._replace(wall_time_s=limit))
