"""The channel inside one process."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Generic, TypeVar

from stockade.core.job import Job

Letter = TypeVar("Letter")

WATCHER_BOUND = 16
# Far above the slots of any worker, whose reader takes each at once.
REQUEST_BOUND = 4096


class MemoryChannel:
    """The ``Channel`` port for watchers and workers on one event loop."""

    def __init__(self) -> None:
        self._watchers: dict[str, set[_Mailbox[Job]]] = {}
        self._workers: set[_Mailbox[str]] = set()
        self._is_closed = False

    def close(self) -> None:
        """End every watch, once what was announced is read: there will be no more news."""
        self._is_closed = True
        for watchers in self._watchers.values():
            for watcher in watchers:
                watcher.close()

    def announce(self, job: Job) -> None:
        """Tell the watchers of a job what it is now."""
        for watcher in self._watchers.get(job.id, ()):
            watcher.post(job)

    @asynccontextmanager
    async def watch(self, job_id: str) -> AsyncIterator[AsyncIterator[Job]]:
        """What is announced about a job from the moment of entering.

        A watcher that does not keep up misses what lies between the first and the last news.
        """
        mailbox: _Mailbox[Job] = _Mailbox(WATCHER_BOUND)
        self._watchers.setdefault(job_id, set()).add(mailbox)
        if self._is_closed:
            mailbox.close()
        try:
            yield mailbox
        finally:
            self._forget(job_id, mailbox)

    def _forget(self, job_id: str, mailbox: _Mailbox[Job]) -> None:
        others = self._watchers[job_id]
        others.remove(mailbox)
        if not others:
            del self._watchers[job_id]

    def request_cancel(self, job_id: str) -> None:
        """Ask whoever runs this job to kill it."""
        for worker in self._workers:
            worker.post(job_id)

    @asynccontextmanager
    async def cancel_requests(self) -> AsyncIterator[AsyncIterator[str]]:
        """The ids of jobs to be killed, from the moment of entering."""
        mailbox: _Mailbox[str] = _Mailbox(REQUEST_BOUND)
        self._workers.add(mailbox)
        try:
            yield mailbox
        finally:
            self._workers.remove(mailbox)


class _Mailbox(Generic[Letter]):
    """Holds what its one reader has not read yet, at most so many; iterating waits for more."""

    def __init__(self, bound: int) -> None:
        self._bound = bound
        self._letters: deque[Letter] = deque()
        self._has_letters = asyncio.Event()
        self._is_closed = False

    def close(self) -> None:
        """Let the reader go once it has read what there is."""
        self._is_closed = True
        self._has_letters.set()

    def post(self, letter: Letter) -> None:
        """Add a letter; into a full box it goes in place of the last one."""
        if len(self._letters) == self._bound:
            self._letters.pop()
        self._letters.append(letter)
        self._has_letters.set()

    def __aiter__(self) -> _Mailbox[Letter]:
        return self

    async def __anext__(self) -> Letter:
        while not self._letters:
            if self._is_closed:
                raise StopAsyncIteration
            self._has_letters.clear()
            await self._has_letters.wait()
        return self._letters.popleft()
