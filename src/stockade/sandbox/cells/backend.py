"""The cells backend as the server sees it: an unprivileged client of the warden.

The server writes a step into a memory file, makes the pipes, and asks the warden for a box in a
free slot; it reads the output while the box lives, and learns from the warden how it ended.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace

from stockade.core.errors import SandboxError
from stockade.core.run import Ending, Run, Usage
from stockade.core.step import PROGRAM_DIR, WORKSPACE_DIR, Isolation, Step, StepOutcome
from stockade.core.submission import File
from stockade.sandbox.cells.capture import InputFeed, OutputPump
from stockade.sandbox.cells.warden import bundle
from stockade.sandbox.cells.warden.messages import (
    Ended,
    Kill,
    Packet,
    Ready,
    Refused,
    Start,
    receive,
    send,
)

BACKEND = "cells"
_NS_A_MS = 1_000_000
_START_TIMEOUT_S = 30.0
_STOP_TIMEOUT_S = 20.0
# Reading more than this from a memory file would hold up the loop noticeably.
_READ_INLINE_BYTES = 1 << 20


class CellsSandbox:
    """The ``Sandbox`` port on cells. Made by :meth:`open`, which starts the warden; needs root."""

    def __init__(self, warden: subprocess.Popen[bytes], sock: socket.socket, slots: int) -> None:
        self._warden = warden
        self._sock = sock
        self._slots = slots
        self._isolation = Isolation(backend=BACKEND)
        self._free = list(reversed(range(slots)))
        self._places = asyncio.Semaphore(slots)
        self._boxes: dict[int, CellsBox] = {}
        self._numbers = itertools.count(1)
        self._ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._broken = ""
        self._lost = asyncio.Event()
        asyncio.get_running_loop().add_reader(sock, self._on_readable)

    @classmethod
    @asynccontextmanager
    async def open(cls, *, slots: int) -> AsyncIterator[CellsSandbox]:
        """A sandbox with so many slots, closed on leaving. Raises ``SandboxError``."""
        if os.geteuid() != 0:
            raise SandboxError("The cells sandbox needs root to start: run it with sudo.")
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.settimeout(0)
        with theirs:
            sandbox = cls(_start_warden(theirs, slots), ours, slots)
        try:
            await sandbox._await_ready()
            yield sandbox
        finally:
            await sandbox.close()

    async def _await_ready(self) -> None:
        try:
            async with asyncio.timeout(_START_TIMEOUT_S):
                await self._ready
        except TimeoutError as error:
            raise SandboxError("The warden did not get ready in time.") from error

    @property
    def slots(self) -> int:
        """How many boxes may be alive at once."""
        return self._slots

    @property
    def isolation(self) -> Isolation:
        """What the warden said that it enforces."""
        return self._isolation

    async def lost(self) -> str:
        """Wait until no box can ever be made again, and say why."""
        await self._lost.wait()
        return self._broken

    @asynccontextmanager
    async def box(self, step: Step) -> AsyncIterator[CellsBox]:
        """Start a step; leaving the context kills what is left of it. Raises ``SandboxError``."""
        await self._places.acquire()
        box = self._start(step)
        try:
            yield box
        finally:
            if not box.is_ended:
                box.cancel()
                with suppress(SandboxError):
                    await box.ended()
            box.close()

    def _start(self, step: Step) -> CellsBox:
        slot = self._free.pop()
        box = CellsBox(self, slot, next(self._numbers), step)
        self._boxes[box.number] = box
        try:
            if self._broken:
                raise SandboxError(self._broken)
            box.start()
        except (OSError, SandboxError) as error:
            self._release(box)
            box.close()
            raise SandboxError(f"A box could not be started: {error}") from error
        return box

    def _release(self, box: CellsBox) -> None:
        # Only here, once the box is known to be dead: a slot is never given out with a box in it.
        del self._boxes[box.number]
        self._free.append(box.slot)
        self._places.release()

    def ask(self, message: Start | Kill, descriptors: Sequence[int] = ()) -> None:
        """Send the warden a message. Raises ``OSError``."""
        send(self._sock, message, descriptors)

    def _on_readable(self) -> None:
        while not self._broken:
            try:
                packet = receive(self._sock)
            except BlockingIOError:
                return
            if packet is None:
                self._break("The warden is gone.")
            else:
                self._on_message(packet)

    def _on_message(self, packet: Packet) -> None:
        match packet.message:
            case Ended() as ended:
                self._on_ended(ended, packet.descriptors)
            case Ready() as ready:
                self._on_ready(ready)
            case Refused(problem=problem):
                self._break(f"This host cannot hold boxes: {problem}.")

    def _on_ready(self, ready: Ready) -> None:
        self._isolation = Isolation(
            backend=BACKEND, enforced=tuple(ready.enforced), missing=tuple(ready.missing)
        )
        if self._ready.done():  # a new warden: what the old one held died with it
            self._fail_all("The warden died and was replaced.")
        else:
            self._ready.set_result(None)

    def _on_ended(self, ended: Ended, descriptors: Sequence[int]) -> None:
        box = self._boxes.get(ended.box)
        if box is None:  # one of a warden that has died since
            for descriptor in descriptors:
                os.close(descriptor)
            return
        self._release(box)
        box.on_ended(ended, descriptors)

    def _break(self, problem: str) -> None:
        self._broken = problem
        self._lost.set()
        asyncio.get_running_loop().remove_reader(self._sock)
        self._fail_all(problem)
        if not self._ready.done():
            self._ready.set_exception(SandboxError(problem))

    def _fail_all(self, problem: str) -> None:
        for box in tuple(self._boxes.values()):
            self._release(box)
            box.fail(problem)

    async def close(self) -> None:
        """Kill every box and wait until the warden has given everything back."""
        if not self._broken:
            self._break("The sandbox is closed.")
        self._sock.close()
        if self._ready.done() and not self._ready.cancelled():
            self._ready.exception()
        try:
            await asyncio.to_thread(self._warden.wait, _STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired as error:
            raise SandboxError("The warden did not end in time.") from error


class CellsBox:
    """The ``Box`` port: one step in one slot."""

    def __init__(self, sandbox: CellsSandbox, slot: int, number: int, step: Step) -> None:
        self._sandbox = sandbox
        self._step = step
        self._ended: asyncio.Future[Ended] = asyncio.get_running_loop().create_future()
        self._collected: Sequence[int] = ()
        self._pump: OutputPump | None = None
        self._feed: InputFeed | None = None
        self.slot = slot
        self.number = number

    def start(self) -> None:
        """Ask for the box. Raises ``OSError``."""
        theirs: list[int] = []
        try:
            theirs.append(_write_bundle(self._step))
            stdin, feed = os.pipe()
            theirs.append(stdin)
            self._feed = InputFeed(feed, self._step.command.stdin)
            stdout, out = os.pipe()
            theirs.append(out)
            stderr, err = os.pipe()
            theirs.append(err)
            cap_bytes = self._step.limits.output_bytes
            self._pump = OutputPump(stdout, stderr, cap_bytes, self._on_flood)
            self._sandbox.ask(self._start_message(), theirs)
        finally:
            for descriptor in theirs:
                os.close(descriptor)

    def _start_message(self) -> Start:
        limits = self._step.limits
        return Start(
            slot=self.slot,
            box=self.number,
            cpu_time_s=limits.cpu_time_s,
            wall_time_s=limits.wall_time_s,
            memory_bytes=limits.memory_bytes,
            processes=limits.processes,
            cpus=limits.cpus,
            collect=list(self._step.collect),
        )

    @property
    def is_ended(self) -> bool:
        """Whether the box is dead and empty."""
        return self._ended.done()

    async def ended(self) -> Ended:
        """The warden's word on the end of the box. Raises ``SandboxError``."""
        return await asyncio.shield(self._ended)

    async def outcome(self) -> StepOutcome:
        """Wait until the box is dead and empty. Raises ``SandboxError``."""
        ended = await self.ended()
        if ended.fault:
            raise SandboxError(ended.fault)
        files = await self._read_collected(ended)
        return StepOutcome(run=self._run(ended), files=files)

    def _run(self, ended: Ended) -> Run:
        assert self._pump is not None
        usage = Usage(
            cpu_ms=ended.cpu_ns / _NS_A_MS,
            wall_ms=ended.wall_ns / _NS_A_MS,
            memory_bytes=ended.memory_bytes,
            processes_peak=ended.processes_peak,
        )
        run = Run(
            ending=Ending(ended.ending),
            exit_code=ended.exit_code,
            signal=_signal_name(ended.signal) if ended.signal is not None else None,
            stdout=self._pump.stdout.output(),
            stderr=self._pump.stderr.output(),
            usage=usage,
        )
        if self._pump.is_flooded and run.ending is not Ending.CANCELLED:
            # It may have left by itself before the kill: it has written too much all the same.
            return replace(run, ending=Ending.OUTPUT_LIMIT, exit_code=None, signal=None)
        return run

    async def _read_collected(self, ended: Ended) -> tuple[File, ...]:
        files = []
        left = self._step.limits.file_bytes
        for name, descriptor in zip(ended.collected, self._collected, strict=True):
            size = os.fstat(descriptor).st_size
            if size <= left:
                left -= size
                files.append(await _read_file(name, descriptor, size))
        return tuple(files)

    def cancel(self) -> None:
        """Kill it now; the run then ends as ``cancelled``."""
        self._kill(Ending.CANCELLED)

    def _on_flood(self) -> None:
        self._kill(Ending.OUTPUT_LIMIT)

    def _kill(self, why: Ending) -> None:
        with suppress(OSError):  # the warden is gone, and the box with it
            self._sandbox.ask(Kill(slot=self.slot, box=self.number, why=why.value))

    def on_ended(self, ended: Ended, descriptors: Sequence[int]) -> None:
        """The warden says that the box is dead and empty."""
        self._collected = descriptors
        self._stop_streams()
        self._ended.set_result(ended)

    def fail(self, problem: str) -> None:
        """The box is lost, by no fault of the program."""
        self._stop_streams()
        self._ended.set_exception(SandboxError(problem))
        self._ended.exception()  # whoever waits is told; nobody need be waiting

    def _stop_streams(self) -> None:
        if self._pump:
            self._pump.drain()
        if self._feed:
            self._feed.close()

    def close(self) -> None:
        """Let go of every descriptor."""
        self._stop_streams()
        for descriptor in self._collected:
            os.close(descriptor)
        self._collected = ()


def _start_warden(sock: socket.socket, slots: int) -> subprocess.Popen[bytes]:
    # Isolated (-I): no variable and no file of the current folder has a say in privileged code.
    argv = [sys.executable, "-I", "-X", "utf8", "-m", "stockade.sandbox.cells.warden"]
    return subprocess.Popen(  # noqa: S603 - our own module, by our own interpreter
        [*argv, str(slots), str(sock.fileno())],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        pass_fds=[sock.fileno()],
        env={},
    )


def _write_bundle(step: Step) -> int:
    placed = [(WORKSPACE_DIR, file) for file in step.files]
    placed += [(PROGRAM_DIR, file) for file in step.program]
    header = bundle.Header(
        argv=list(step.command.argv),
        env=[f"{variable.name}={variable.value}" for variable in step.command.env],
        files=[
            bundle.BundledFile(place, file.name, len(file.content), file.executable)
            for place, file in placed
        ],
        file_bytes=step.limits.file_bytes,
        memory_bytes=step.limits.memory_bytes,
        is_collected=bool(step.collect),
    )
    memory = os.memfd_create("bundle")
    try:
        bundle.write(memory, header, [file.content for _, file in placed])
    except OSError:
        os.close(memory)
        raise
    return memory


async def _read_file(name: str, descriptor: int, size: int) -> File:
    read = _read_exactly
    content = (
        read(descriptor, size)
        if size <= _READ_INLINE_BYTES
        else await asyncio.to_thread(read, descriptor, size)
    )
    executable = bool(os.fstat(descriptor).st_mode & 0o100)
    return File(name=name, content=content, executable=executable)


def _read_exactly(descriptor: int, size: int) -> bytes:
    data = bytearray()
    while len(data) < size and (chunk := os.pread(descriptor, size - len(data), len(data))):
        data += chunk
    return bytes(data)


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:  # a real-time signal between the two that have names
        return f"SIGRTMIN+{number - signal.SIGRTMIN}"
