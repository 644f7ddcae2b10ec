"""Carrying out a submission: compile it where needed, run it, judge it. A box a step."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from functools import partial

from stockade.core.errors import SandboxError
from stockade.core.job import Result
from stockade.core.limits import KiB
from stockade.core.ports import Box, Sandbox
from stockade.core.run import Run
from stockade.core.step import Step, StepOutcome
from stockade.core.submission import Submission
from stockade.core.verdict import Verdict
from stockade.judge.judging import judge
from stockade.languages.base import Catalogue, Language
from stockade.runner.compile import compile_step, settle_compile
from stockade.runner.run import run_step

# Comparing a mebibyte of the worst lines takes 150 ms: what is longer than this is compared in a
# thread, so that no program can hold up its neighbours. For short output a thread costs more.
SHORT_OUTPUT_BYTES = 64 * KiB


class Execution:
    """One submission being carried out, once. It uses one slot of the sandbox at a time.

    It can be cancelled at any moment: while it waits for a slot, compiles, stands between two
    steps, or runs. What was found out until then is its result, without a verdict; what had ended
    by itself before the kill is judged as ever.
    """

    def __init__(self, submission: Submission, catalogue: Catalogue, sandbox: Sandbox) -> None:
        self._submission = submission
        self._catalogue = catalogue
        self._sandbox = sandbox
        self._is_cancelled = False
        self._kill: Callable[[], None] = _kill_nothing

    async def carry_out(self) -> Result:
        """Compile, run and judge. Raises ``SandboxError``."""
        language = self._language()
        step = compile_step(language, self._submission)
        if step is None:
            ran = await self._outcome_of(run_step(language, self._submission))
            return await self._result(None, ran)
        compiled = await self._outcome_of(step)
        if compiled is not None:
            compiled = settle_compile(language, compiled)
        if compiled is None or not compiled.run.is_success:
            return await self._result(compiled, None)
        ran = await self._outcome_of(run_step(language, self._submission, compiled.files))
        return await self._result(compiled, ran)

    def cancel(self) -> None:
        """Kill what runs and start nothing more; :meth:`carry_out` returns as soon as it is dead.

        Harmless at any time, and more than once.
        """
        self._is_cancelled = True
        self._kill()

    def _language(self) -> Language:
        # It was accepted by a machine where it runs; this worker may be another one.
        runtime = self._catalogue.runtimes.get(self._submission.language)
        if runtime is None or not runtime.is_available:
            raise SandboxError(f"This worker cannot run {self._submission.language}.")
        return runtime.language

    async def _result(self, compiled: StepOutcome | None, ran: StepOutcome | None) -> Result:
        compile_run = compiled.run if compiled else None
        run = ran.run if ran else None
        return Result(
            verdict=await self._judge(compile_run, run),
            compile=compile_run,
            run=run,
            isolation=self._sandbox.isolation,
        )

    async def _judge(self, compiled: Run | None, run: Run | None) -> Verdict | None:
        judging = partial(judge, compiled, run, self._submission.expected_output)
        if run is None or len(run.stdout.data) <= SHORT_OUTPUT_BYTES:
            return judging()
        return await asyncio.to_thread(judging)

    async def _outcome_of(self, step: Step) -> StepOutcome | None:
        """The outcome of a step; None if the cancel came before it had a box."""
        if self._is_cancelled:
            return None
        async with AsyncExitStack() as boxes:
            try:
                box = await self._enter(boxes, step)
                self._kill = box.cancel
                # The cancel may have come in the very turn in which the box was ready.
                if self._is_cancelled:
                    box.cancel()
                return await box.outcome()
            except TimeoutError:
                return None
            finally:
                self._kill = _kill_nothing

    async def _enter(self, boxes: AsyncExitStack, step: Step) -> Box:
        # A timeout that is due when we say so: the one way in asyncio to interrupt a part of a
        # task without mistaking it for the end of the whole task.
        async with asyncio.timeout(None) as waiting:
            self._kill = partial(waiting.reschedule, 0)
            return await boxes.enter_async_context(self._sandbox.box(step))


def _kill_nothing() -> None:
    """Between two steps nothing runs."""
