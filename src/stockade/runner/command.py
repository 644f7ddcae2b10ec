"""The command of a step: a language's arguments filled in, on top of the environment of all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from stockade.core.step import WORKSPACE_DIR
from stockade.core.submission import Submission, Variable
from stockade.languages.base import ENTRY, SOURCES, Language

# What every program gets. A language's variables are laid over it, then the client's own.
BASE_ENV = (
    Variable(name="PATH", value="/usr/local/bin:/usr/bin:/bin"),
    Variable(name="HOME", value=WORKSPACE_DIR),
    Variable(name="LANG", value="C.UTF-8"),
    Variable(name="TMPDIR", value="/tmp"),  # noqa: S108 - in the box it is its own
    Variable(name="USER", value="nobody"),
)


def lay_over(*layers: Iterable[Variable]) -> tuple[Variable, ...]:
    """One environment of several: of variables with one name, the last layer's stands."""
    by_name = {variable.name: variable for layer in layers for variable in layer}
    return tuple(by_name.values())


def fill_in(argv: tuple[str, ...], language: Language, submission: Submission) -> tuple[str, ...]:
    """A language's arguments with the placeholders replaced by the submission's file names."""
    return tuple(_filled(argv, language, submission))


def _filled(argv: tuple[str, ...], language: Language, submission: Submission) -> Iterator[str]:
    for argument in argv:
        if argument == ENTRY:
            yield _as_path(submission.entry)
        elif argument == SOURCES:
            yield from _sources(language, submission)
        else:
            yield argument


def _sources(language: Language, submission: Submission) -> Iterator[str]:
    for file in submission.files:
        if file.name == submission.entry or file.name.endswith(language.extensions):
            yield _as_path(file.name)


def _as_path(name: str) -> str:
    # "-x" would be taken for an option, and gcc reads more options from the file of "@x".
    return f"./{name}" if name.startswith(("-", "@")) else name
