"""The compile step: sources in, a program out."""

from __future__ import annotations

from stockade.core.errors import SandboxError
from stockade.core.step import Command, Step, StepOutcome
from stockade.core.submission import File, Submission
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


def program_of(language: Language, compiled: StepOutcome) -> tuple[File, ...]:
    """What a successful compile made, for the run step.

    Raises ``SandboxError`` if a file is not there: nothing in a source can make these compilers
    succeed without leaving their output, so it is us, or the toolchain, that lost it.
    """
    made = {file.name for file in compiled.files}
    for name in language.makes:
        if name not in made:
            raise SandboxError(f"The compiler of {language.name} succeeded but left no {name}.")
    return compiled.files
