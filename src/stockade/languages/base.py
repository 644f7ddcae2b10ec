"""What a language is: data about how to compile and run a program, and programs that prove it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from stockade.core.submission import File, Submission, Variable
from stockade.core.verdict import Verdict

ENTRY = "{entry}"
SOURCES = "{sources}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """A program of the box's root that a language needs, and how to ask its version.

    ``package`` names the Debian packages that bring it, as one would type them, for people who
    lack it. The version is the first thing in the command's stdout that looks like one.
    """

    path: str
    version_argv: tuple[str, ...]
    package: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A program whose verdict and output are known: it proves that a language works here.

    ``files`` lie beside the source; ``stdout``, where it is given, is the whole output.
    """

    name: str
    source: str
    files: tuple[File, ...] = ()
    verdict: Verdict = Verdict.ACCEPTED
    stdin: str = ""
    stdout: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """How to compile and run programs of one language.

    Among the arguments of ``compile`` and ``run``, :data:`ENTRY` stands for the file to start with
    and :data:`SOURCES` for all files whose names end in one of ``extensions``. A compiled language
    names in ``makes`` the files that its compiler leaves in the workspace; they are what ``run``
    finds under ``/program``. ``source_name`` is what a single source is called. The variables of
    ``env`` are set for both steps.
    """

    id: str
    name: str
    extensions: tuple[str, ...]
    source_name: str
    tool: Tool
    run: tuple[str, ...]
    compile: tuple[str, ...] | None = None
    makes: tuple[str, ...] = ()
    env: tuple[Variable, ...] = ()
    references: tuple[Reference, ...]

    def submission_of(self, reference: Reference) -> Submission:
        """The submission that carries out this reference and gets its verdict."""
        source = File(name=self.source_name, content=reference.source.encode())
        stdout = reference.stdout
        return Submission(
            language=self.id,
            files=(source, *reference.files),
            entry=self.source_name,
            stdin=reference.stdin.encode(),
            expected_output=None if stdout is None else stdout.encode(),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Runtime:
    """A language as it was found on this machine: its version, or why it is missing."""

    language: Language
    version: str | None
    missing: str | None = None

    @property
    def is_available(self) -> bool:
        """Whether programs of the language can be run here."""
        return self.version is not None


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The runtimes by language id, in the order they are shown."""

    runtimes: Mapping[str, Runtime]

    @classmethod
    def of(cls, *runtimes: Runtime) -> Catalogue:
        """A catalogue of these runtimes."""
        return cls(MappingProxyType({runtime.language.id: runtime for runtime in runtimes}))
