"""The run step: the program with its input, arguments and variables."""

from __future__ import annotations

from stockade.core.step import Command, Step
from stockade.core.submission import File, Submission
from stockade.languages.base import Language
from stockade.runner.command import BASE_ENV, fill_in, lay_over


def run_step(language: Language, submission: Submission, program: tuple[File, ...] = ()) -> Step:
    """How to run the submission; ``program`` is what compiling made of it.

    The submission's files lie in the workspace in either case: some are data that it reads.
    """
    command = Command(
        argv=fill_in(language.run, language, submission) + submission.args,
        env=lay_over(BASE_ENV, language.env, submission.env),
        stdin=submission.stdin,
    )
    return Step(command=command, limits=submission.limits, files=submission.files, program=program)
