"""Capturing what a program writes: the head and the tail of each stream, and a count of it all."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable

from stockade.core.limits import MiB
from stockade.core.run import Output

KEPT_BYTES = MiB
_HALF = KEPT_BYTES // 2
_CHUNK = 64 * 1024


class Capture:
    """One stream's head and tail, in at most 1.5 MiB of memory whatever is written."""

    def __init__(self) -> None:
        self._head = bytearray()
        self._tail = bytearray()
        self.produced_bytes = 0

    def feed(self, data: bytes) -> None:
        """Take what came next."""
        self.produced_bytes += len(data)
        room = _HALF - len(self._head)
        if room:
            self._head += data[:room]
            data = data[room:]
        self._tail += data
        if len(self._tail) > KEPT_BYTES:  # cut rarely, since cutting copies
            del self._tail[:-_HALF]

    def output(self) -> Output:
        """What was kept."""
        is_whole = self.produced_bytes <= KEPT_BYTES
        tail = self._tail if is_whole else self._tail[-_HALF:]
        return Output(
            data=bytes(self._head + tail),
            produced_bytes=self.produced_bytes,
            truncated=not is_whole,
        )


class OutputPump:
    """Reads both output pipes of a box without ever blocking, and tells when there is too much.

    Above the cap it goes on reading and throws away, so that the program never waits for us while
    it is being killed.
    """

    def __init__(
        self, stdout: int, stderr: int, cap_bytes: int, on_flood: Callable[[], None]
    ) -> None:
        self.stdout = Capture()
        self.stderr = Capture()
        self._cap_bytes = cap_bytes
        self._on_flood = on_flood
        self._pipes = {stdout: self.stdout, stderr: self.stderr}
        self._loop = asyncio.get_running_loop()
        for pipe in self._pipes:
            os.set_blocking(pipe, False)
            self._loop.add_reader(pipe, self._read, pipe)

    @property
    def is_flooded(self) -> bool:
        """Whether more came than the program may write."""
        return self.stdout.produced_bytes + self.stderr.produced_bytes > self._cap_bytes

    def _read(self, pipe: int) -> bool:
        """Take one chunk; whether there may be more."""
        try:
            data = os.read(pipe, _CHUNK)
        except BlockingIOError:
            return False
        if not data:
            self._close(pipe)
            return False
        was_flooded = self.is_flooded
        self._pipes[pipe].feed(data)
        if self.is_flooded and not was_flooded:
            self._on_flood()
        return True

    def drain(self) -> None:
        """Take what is still in the pipes of a dead box, and close them."""
        for pipe in tuple(self._pipes):
            while self._read(pipe):
                pass
            if pipe in self._pipes:
                self._close(pipe)

    def _close(self, pipe: int) -> None:
        self._loop.remove_reader(pipe)
        os.close(pipe)
        del self._pipes[pipe]


class InputFeed:
    """Writes a program's stdin into its pipe as fast as the program reads, then closes it."""

    def __init__(self, pipe: int, data: bytes) -> None:
        self._pipe: int | None = pipe
        self._rest = memoryview(data)
        self._loop = asyncio.get_running_loop()
        os.set_blocking(pipe, False)
        if self._write():
            self.close()
        else:
            self._loop.add_writer(pipe, self._on_writable)

    def _on_writable(self) -> None:
        if self._write():
            self.close()

    def _write(self) -> bool:
        """Write what fits; whether that was the end of it."""
        assert self._pipe is not None
        while self._rest:
            try:
                self._rest = self._rest[os.write(self._pipe, self._rest) :]
            except BlockingIOError:
                return False
            except BrokenPipeError:  # the program does not want to read it: its own affair
                return True
        return True

    def close(self) -> None:
        """End of input, whatever is left."""
        if self._pipe is not None:
            self._loop.remove_writer(self._pipe)
            os.close(self._pipe)
            self._pipe = None
