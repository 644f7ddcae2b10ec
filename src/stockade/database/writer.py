"""The one writer, which commits in groups.

A commit costs an fsync, whatever is in it. So callers on the event loop hand their operations to
one thread; what gathers while it commits goes into its next transaction. Nothing waits for a timer:
an operation that comes alone is committed alone and at once, and the busier the system, the larger
the groups and the fewer the fsyncs a job.

All bookkeeping is done on the event loop. The thread is given a whole batch and gives back all its
outcomes: two crossings a batch, and nothing to lock.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections import deque
from collections.abc import Callable, Sequence
from queue import SimpleQueue
from threading import Thread
from typing import Any, Final, NamedTuple, TypeAlias, TypeVar

from stockade.database.connections import transaction

T = TypeVar("T")
# Plain functions of the connection. One that raises is undone and may be called a second time.
Operation: TypeAlias = Callable[[sqlite3.Connection], T]

# Bounds how long the first of a batch waits for the last.
BATCH_BOUND: Final = 500


class Request(NamedTuple):
    """An operation, and whom to tell its outcome."""

    operation: Operation[Any]
    is_durable: bool
    future: asyncio.Future[Any]


class Writer:
    """Carries out operations for one event loop, on a connection that it alone uses."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._waiting: deque[Request] = deque()
        self._is_busy = False
        self._is_closed = False
        self._batches: SimpleQueue[_Batch | None] = SimpleQueue()
        # A daemon, so that a process which cannot close properly can still end. What is cut off
        # in mid-commit has not happened.
        self._thread = Thread(
            target=_work, args=(connection, self._batches), name="database-writer", daemon=True
        )
        self._thread.start()

    def write(self, operation: Operation[T]) -> asyncio.Future[T]:
        """Carry out an operation, after all that were asked before; what it returned, once on disk.

        Raises what the operation raised, or ``sqlite3.Error`` if it could not be committed; then
        nothing of it has happened, and nothing has happened to its neighbours. If the future is
        cancelled, the operation is still carried out unless its batch has not begun.
        """
        return self._ask(operation, is_durable=True)

    def write_unsynced(self, operation: Operation[T]) -> asyncio.Future[T]:
        """The same without waiting for the disk: a power loss (no mere crash) may undo it.

        Whatever is durable later makes this durable too.
        """
        return self._ask(operation, is_durable=False)

    async def close(self) -> None:
        """Take nothing more and finish what was taken; the connection stays open."""
        last = self._ask(_nothing, is_durable=False)
        self._is_closed = True
        await asyncio.wait([last])
        self._batches.put(None)
        self._thread.join()

    def _ask(self, operation: Operation[T], *, is_durable: bool) -> asyncio.Future[T]:
        if self._is_closed:
            raise sqlite3.ProgrammingError("it is closed")
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._waiting.append(Request(operation, is_durable, future))
        if not self._is_busy:
            self._is_busy = True
            # In the next turn of the loop, so that all who are ready now share the batch.
            loop.call_soon(self._start_batch)
        return future

    def _start_batch(self) -> None:
        size = min(len(self._waiting), BATCH_BOUND)
        taken = [self._waiting.popleft() for _ in range(size)]
        # Whoever left before the start has asked for nothing.
        requests = [request for request in taken if not request.future.done()]
        self._batches.put(_Batch(requests, asyncio.get_running_loop(), self._deliver))

    def _deliver(self, requests: Sequence[Request], outcomes: Sequence[object]) -> None:
        for request, outcome in zip(requests, outcomes, strict=True):
            _resolve(request.future, outcome)
        self._is_busy = bool(self._waiting)
        if self._is_busy:
            self._start_batch()


class _Batch(NamedTuple):
    """What crosses to the thread, and the way back."""

    requests: Sequence[Request]
    loop: asyncio.AbstractEventLoop
    deliver: Callable[[Sequence[Request], Sequence[object]], None]


def _work(connection: sqlite3.Connection, batches: SimpleQueue[_Batch | None]) -> None:
    """The thread: batch after batch until there is None."""
    while (batch := batches.get()) is not None:
        outcomes = commit(batch.requests, connection)
        batch.loop.call_soon_threadsafe(batch.deliver, batch.requests, outcomes)


def commit(requests: Sequence[Request], connection: sqlite3.Connection) -> Sequence[object]:
    """Carry out the operations in one transaction; for each what it returned, or its exception.

    If one fails, each is carried out again in a transaction of its own: that costs a commit apiece
    in the bad case, and the good case not even a savepoint.
    """
    together = _attempt(requests, connection)
    if not isinstance(together, Exception):
        return together
    if len(requests) == 1:
        return [together]
    return [commit([request], connection)[0] for request in requests]


def _attempt(
    requests: Sequence[Request], connection: sqlite3.Connection
) -> Sequence[object] | Exception:
    # NORMAL: the commit does not wait for the disk. It may be switched between transactions.
    mode = "FULL" if any(request.is_durable for request in requests) else "NORMAL"
    try:
        connection.execute(f"PRAGMA synchronous = {mode}")
        with transaction(connection):
            return [request.operation(connection) for request in requests]
    except Exception as error:  # noqa: BLE001 - not handled here: it goes to whoever asked
        return error


def _resolve(future: asyncio.Future[Any], outcome: object) -> None:
    if future.done():  # Whoever asked has left.
        return
    if isinstance(outcome, Exception):
        future.set_exception(outcome)
    else:
        future.set_result(outcome)


def _nothing(_: sqlite3.Connection) -> None:
    """What closing waits for: all that was asked before it has then been done."""
