"""The sandbox's double that ships: it starts nothing and answers what it was scripted to answer.

A step ends as soon as it is asked about, unless the sandbox is told to :meth:`FakeSandbox.hold`:
then it lasts until it is released, cancelled, or the sandbox is closed.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from stockade.core.errors import OurFault, SandboxError
from stockade.core.run import Ending, Output, Run, Usage
from stockade.core.step import Isolation, Step, StepOutcome
from stockade.core.submission import File

Script = Callable[[Step], StepOutcome]
"""What the sandbox answers to a step; it may raise an ``OurFault``."""

_PATIENCE_S = 10.0
_USAGE = Usage(cpu_ms=1.5, wall_ms=2.0, memory_bytes=3 * 1024 * 1024, processes_peak=1)


def exited(
    exit_code: int = 0, *, stdout: bytes = b"", stderr: bytes = b"", files: tuple[File, ...] = ()
) -> StepOutcome:
    """The outcome of a command that ended by itself."""
    run = Run(
        ending=Ending.EXITED,
        exit_code=exit_code,
        signal=None,
        stdout=_whole(stdout),
        stderr=_whole(stderr),
        usage=_USAGE,
    )
    return StepOutcome(run=run, files=files)


def ended(ending: Ending, *, signal: str | None = None, stdout: bytes = b"") -> StepOutcome:
    """The outcome of a command that did not end by itself: by a signal, a limit, a kill."""
    run = Run(
        ending=ending,
        exit_code=None,
        signal=signal,
        stdout=_whole(stdout),
        stderr=Output(),
        usage=_USAGE,
    )
    return StepOutcome(run=run)


def _whole(data: bytes) -> Output:
    return Output(data=data, produced_bytes=len(data))


def exit_cleanly(step: Step) -> StepOutcome:
    """The script that lets every step end with exit code 0 and leave all the files it should."""
    made = (File(name=name, content=b"", executable=True) for name in step.collect)
    return exited(files=tuple(made))


def every_step(step: Step) -> bool:
    """Which steps to hold: all."""
    return True


def no_step(step: Step) -> bool:
    """Which steps to hold: none."""
    return False


class FakeSandbox:
    """Answers every step by its script. ``steps`` are those that were started, in order."""

    def __init__(self, script: Script = exit_cleanly, *, slots: int = 2) -> None:
        self.steps: list[Step] = []
        self.isolation = Isolation(backend="fake")
        self.slots = slots
        self._script = script
        self._free = asyncio.Semaphore(slots)
        self._alive: set[FakeBox] = set()
        self._started = asyncio.Event()
        self._is_held: Callable[[Step], bool] = no_step
        self._is_closed = False

    @classmethod
    def playing(cls, *answers: StepOutcome | OurFault, slots: int = 2) -> FakeSandbox:
        """A sandbox that answers the first step with the first of these, and so on."""
        rest = iter(answers)

        def script(_step: Step) -> StepOutcome:
            answer = next(rest)
            if isinstance(answer, OurFault):
                raise answer
            return answer

        return cls(script, slots=slots)

    @property
    def busy(self) -> int:
        """How many boxes are alive."""
        return len(self._alive)

    @asynccontextmanager
    async def box(self, step: Step) -> AsyncIterator[FakeBox]:
        """Start a step once a slot is free. Raises what the script raises."""
        async with self._free:
            box = self._start(step)
            try:
                yield box
            finally:
                box.cancel()
                self._alive.discard(box)

    def _start(self, step: Step) -> FakeBox:
        if self._is_closed:
            raise SandboxError("the sandbox is closed")
        self.steps.append(step)
        self._started.set()
        box = FakeBox(self._script(step))
        self._alive.add(box)
        if not self._is_held(step):
            box.release()
        return box

    async def close(self) -> None:
        """Kill every box: nothing is known of their programs then."""
        self._is_closed = True
        for box in self._alive:
            box.fail(SandboxError("the sandbox was closed"))

    def hold(self, which: Callable[[Step], bool] = every_step) -> None:
        """Let these of the steps that start from now on last until they are told to end."""
        self._is_held = which

    def release(self) -> None:
        """Let the held steps end as scripted, and further ones at once."""
        self._is_held = no_step
        for box in self._alive:
            box.release()

    async def started(self, count: int) -> None:
        """Wait until so many steps were started in all. Raises ``TimeoutError`` after 10 s."""
        async with asyncio.timeout(_PATIENCE_S):
            while len(self.steps) < count:
                self._started.clear()
                await self._started.wait()


class FakeBox:
    """One scripted step. The first word about its end stands."""

    def __init__(self, scripted: StepOutcome) -> None:
        self._scripted = scripted
        self._answer: StepOutcome | SandboxError | None = None
        self._over = asyncio.Event()

    async def outcome(self) -> StepOutcome:
        """Wait for the end of the step."""
        while self._answer is None:
            await self._over.wait()
        if isinstance(self._answer, SandboxError):
            raise self._answer
        return self._answer

    def cancel(self) -> None:
        """End the step as ``cancelled``, if it has not ended."""
        self._end(ended(Ending.CANCELLED))

    def release(self) -> None:
        """End the step as scripted, if it has not ended."""
        self._end(self._scripted)

    def fail(self, error: SandboxError) -> None:
        """Lose the step by a fault of ours, if it has not ended."""
        self._end(error)

    def _end(self, answer: StepOutcome | SandboxError) -> None:
        if self._answer is None:
            self._answer = answer
            self._over.set()
