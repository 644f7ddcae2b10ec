"""The compile step: sources in, a program out."""

from __future__ import annotations

from dataclasses import replace

from stockade.core.step import Command, Step, StepOutcome
from stockade.core.submission import Submission
from stockade.languages.base import Language
from stockade.runner.command import BASE_ENV, fill_in, lay_over


def compile_step(language: Language, submission: Submission) -> Step | None:
    """How to compile the submission; None where the language is interpreted.

    The client's variables are for the program: a compiler obeys its own (``CPATH`` and many more),
    so it gets none of them.
    """
    if language.compile is None:
        return None
    command = Command(
        argv=fill_in(language.compile, language, submission),
        env=lay_over(BASE_ENV, language.env),
    )
    return Step(
        command=command,
        limits=submission.compile_limits,
        files=submission.files,
        collect=language.makes,
    )


def settle_compile(language: Language, compiled: StepOutcome) -> StepOutcome:
    """The outcome of a compile step, failed if the compiler left no program.

    Some compilers can be brought to do something else, and to exit with 0: g++ makes a precompiled
    header of an entry called ``main.h``. That is the submission's doing, and stderr tells it.
    """
    made = {file.name for file in compiled.files}
    missing = [name for name in language.makes if name not in made]
    if not (compiled.run.is_success and missing):
        return compiled
    told = f"The compiler left no {missing[0]}.\n".encode()
    stderr = replace(compiled.run.stderr, data=compiled.run.stderr.data + told)
    return StepOutcome(run=replace(compiled.run, exit_code=1, stderr=stderr))
