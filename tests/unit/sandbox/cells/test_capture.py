"""What is kept of a stream is exact, bounded, and never keeps the program waiting."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stockade.core.limits import MiB
from stockade.sandbox.cells.capture import KEPT_BYTES, Capture, InputFeed, OutputPump

pytestmark = pytest.mark.anyio

HALF = KEPT_BYTES // 2
SIZES = st.one_of(
    st.integers(0, 100),
    st.integers(0, 3 * MiB),
    st.sampled_from([HALF - 1, HALF, HALF + 1, KEPT_BYTES - 1, KEPT_BYTES, KEPT_BYTES + 1]),
)
PATIENCE_S = 30.0
NUMBERED = b"".join(number.to_bytes(4, "big") for number in range(6 * 3 * MiB // 4))


# One stream


@given(sizes=st.lists(SIZES, max_size=6))
@settings(max_examples=30, deadline=None)
def test_what_is_kept_is_the_head_and_the_tail(sizes: list[int]) -> None:
    written = numbered(sum(sizes))
    capture = Capture()

    for chunk in chunks(written, sizes):
        capture.feed(chunk)

    output = capture.output()
    is_whole = len(written) <= KEPT_BYTES
    assert output.data == (written if is_whole else written[:HALF] + written[-HALF:])
    assert output.produced_bytes == len(written)
    assert output.truncated == (not is_whole)


def numbered(size: int) -> bytes:
    """So many bytes, of which no two stretches are alike."""
    return NUMBERED[:size]


def chunks(data: bytes, sizes: list[int]) -> Iterator[bytes]:
    start = 0
    for size in sizes:
        yield data[start : start + size]
        start += size


def test_memory_stays_bounded_whatever_is_written() -> None:
    capture = Capture()

    for _ in range(200):
        capture.feed(bytes(64 * 1024))
        assert len(capture._head) + len(capture._tail) <= HALF + KEPT_BYTES

    assert len(capture.output().data) == KEPT_BYTES


def test_what_was_kept_may_be_asked_for_while_more_comes() -> None:
    capture = Capture()
    capture.feed(b"a")
    first = capture.output()
    capture.feed(b"b")

    assert (first.data, capture.output().data) == (b"a", b"ab")


# Both output pipes


class Streams:
    """A pump on two real pipes, and what it told."""

    def __init__(self, cap_bytes: int) -> None:
        stdout, self.out = os.pipe()
        stderr, self.err = os.pipe()
        self.floods = 0
        self.pump = OutputPump(stdout, stderr, cap_bytes, self._on_flood)

    def _on_flood(self) -> None:
        self.floods += 1

    def close(self) -> None:
        """Everything, as when the box is dead."""
        for end in (self.out, self.err):
            os.close(end)
        self.pump.drain()


async def until(is_so: Callable[[], bool]) -> None:
    """Let the loop turn until something is so."""
    async with asyncio.timeout(PATIENCE_S):
        while not is_so():  # noqa: ASYNC110 - what is waited for is outside of any event
            await asyncio.sleep(0)


async def test_what_is_written_is_read_as_it_comes() -> None:
    streams = Streams(cap_bytes=100)
    os.write(streams.out, b"one")
    os.write(streams.err, b"two")

    await until(lambda: streams.pump.stderr.produced_bytes == 3)
    os.write(streams.out, b" more")
    await until(lambda: streams.pump.stdout.produced_bytes == 8)
    streams.close()

    assert streams.pump.stdout.output().data == b"one more"
    assert streams.pump.stderr.output().data == b"two"
    assert streams.floods == 0


async def test_what_is_still_in_the_pipes_of_a_dead_box_is_not_lost() -> None:
    streams = Streams(cap_bytes=MiB)
    os.write(streams.out, b"x" * 60_000)

    streams.close()

    assert streams.pump.stdout.produced_bytes == 60_000


@pytest.mark.parametrize(("written", "floods"), [(99, 0), (100, 0), (101, 1), (1000, 1)])
async def test_a_flood_is_more_than_the_cap_and_told_once(written: int, floods: int) -> None:
    streams = Streams(cap_bytes=100)

    for _ in range(written):
        os.write(streams.out, b"x")
        await asyncio.sleep(0)
    streams.close()

    assert (streams.floods, streams.pump.is_flooded) == (floods, bool(floods))
    assert streams.pump.stdout.produced_bytes == written


async def test_both_streams_count_together() -> None:
    streams = Streams(cap_bytes=100)
    os.write(streams.out, b"x" * 60)
    os.write(streams.err, b"x" * 60)

    streams.close()

    assert streams.floods == 1


async def test_a_flooding_program_is_never_kept_waiting() -> None:
    streams = Streams(cap_bytes=100)

    def flood() -> None:
        for _ in range(100):
            os.write(streams.out, bytes(64 * 1024))

    async with asyncio.timeout(PATIENCE_S):
        await asyncio.to_thread(flood)
    streams.close()

    assert streams.pump.stdout.produced_bytes == 100 * 64 * 1024
    assert streams.floods == 1


async def test_a_stream_that_the_program_closes_is_let_go_while_the_other_goes_on() -> None:
    streams = Streams(cap_bytes=100)
    os.write(streams.out, b"last")
    os.close(streams.out)
    await until(lambda: streams.pump.stdout.produced_bytes == 4)

    os.write(streams.err, b"still here")
    await until(lambda: streams.pump.stderr.produced_bytes == 10)

    os.close(streams.err)
    streams.pump.drain()
    assert streams.pump.stdout.output().data == b"last"


async def test_draining_twice_is_draining_once() -> None:
    streams = Streams(cap_bytes=100)
    streams.close()

    streams.pump.drain()

    assert streams.pump.stdout.output().data == b""


async def test_a_pipe_that_others_still_hold_is_let_go_all_the_same() -> None:
    streams = Streams(cap_bytes=100)

    streams.pump.drain()

    with pytest.raises(BrokenPipeError):
        os.write(streams.out, b"x")
    for end in (streams.out, streams.err):
        os.close(end)


# Input


def read_all(descriptor: int) -> bytes:
    with open(descriptor, "rb") as file:
        return file.read()


@pytest.mark.parametrize("size", [0, 1, 64 * 1024, 1_000_003])
async def test_input_arrives_whole_and_then_ends(size: int) -> None:
    theirs, ours = os.pipe()
    data = numbered(size)

    InputFeed(ours, data)
    async with asyncio.timeout(PATIENCE_S):
        arrived = await asyncio.to_thread(read_all, theirs)

    assert arrived == data


async def test_input_that_nobody_reads_is_given_up_when_the_box_is_dead() -> None:
    theirs, ours = os.pipe()
    feed = InputFeed(ours, bytes(MiB))

    feed.close()
    feed.close()

    assert 0 < len(read_all(theirs)) < MiB


async def test_a_program_that_closes_its_input_harms_nothing() -> None:
    theirs, ours = os.pipe()
    feed = InputFeed(ours, bytes(MiB))

    os.close(theirs)
    await until(lambda: feed._pipe is None)

    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(ours)
