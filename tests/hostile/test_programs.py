"""Hostile programs, one file each: what they come to, and that the next job is unharmed.

A program's first comment says what it tries. Lines of it are read here:

* ``expect: ending=exited exit=0 stdout=contained``: how it has to end. Several such lines are
  alternatives, all of them right. ``step=compile`` means that the compiler ends like that.
* ``limits: cpu_time_s=0.3 memory_bytes=64MiB``: limits of the run other than those below;
  ``compile:`` likewise for the compiler.
* ``times: 20``: a race, to be run so often.
* ``hole: REASON``: known to escape; the test fails on the day that it no longer does.
* ``outside: escapes``: harmless, and so carried out without a sandbox as well, where it has to say
  that it escaped: the proof that it can tell.

A program prints ``contained``, or what it managed, which is then told by a code other than 0.
"""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import NamedTuple, TypeVar

import pytest

from stockade.core.errors import SandboxError
from stockade.core.job import Result
from stockade.core.limits import GiB, KiB, Limits, MiB
from stockade.core.ports import Sandbox
from stockade.core.run import Run
from stockade.core.submission import File, Submission
from stockade.core.verdict import Verdict
from stockade.engine.execution import Execution
from stockade.languages import LANGUAGES
from stockade.languages.base import Catalogue, Language

pytestmark = pytest.mark.anyio

FOLDER = Path(__file__).parent / "programs"
# What C and C++ programs include.
HEADER = File(name="attempt.h", content=(FOLDER / "attempt.h").read_bytes())
LIMITS = Limits(
    cpu_time_s=2.0,
    wall_time_s=10.0,
    memory_bytes=256 * MiB,
    output_bytes=4 * MiB,
    file_bytes=16 * MiB,
)
COMPILE_LIMITS = replace(LIMITS, cpu_time_s=4.0, wall_time_s=20.0, memory_bytes=512 * MiB)
# More than a pipe holds, so that whoever does not read it leaves the feeder waiting.
STDIN = bytes(256 * KiB)
UNITS = {"": 1.0, "KiB": KiB, "MiB": MiB, "GiB": GiB}
# Beyond a limit: what is used until the kill has taken effect on a busy machine.
SLACK_MS = 1500
SLACK_BYTES = 4 * MiB
# What one hello differs from another by itself.
MEMORY_DRIFT_BYTES = 2 * MiB

Value = TypeVar("Value")


class Program(NamedTuple):
    """A file of the corpus, with what its first comment says."""

    path: Path
    notes: list[tuple[str, str]]

    @property
    def name(self) -> str:
        return str(self.path.relative_to(FOLDER))

    @property
    def language(self) -> Language:
        return next(each for each in LANGUAGES if self.path.suffix in each.extensions)

    def all_of(self, key: str) -> list[str]:
        return [value for name, value in self.notes if name == key]

    @property
    def times(self) -> int:
        return int(next(iter(self.all_of("times")), "1"))

    def limits(self, key: str, default: Limits) -> Limits:
        kinds = {field.name: type(getattr(default, field.name)) for field in fields(Limits)}
        words = " ".join(self.all_of(key)).split()
        asked = {name: size_of(text) for name, _, text in (word.partition("=") for word in words)}
        return replace(default, **{name: kinds[name](size) for name, size in asked.items()})

    def submission(self) -> Submission:
        """Judged as any other: it is accepted if it says that it was contained."""
        name = self.language.source_name
        return Submission(
            language=self.language.id,
            files=(File(name=name, content=self.path.read_bytes()), HEADER),
            entry=name,
            stdin=STDIN,
            limits=self.limits("limits", LIMITS),
            compile_limits=self.limits("compile", COMPILE_LIMITS),
            expected_output=b"contained\n",
        )


def size_of(text: str) -> float:
    """A number with or without a unit. Raises ``ValueError``."""
    match = re.fullmatch(r"([\d.]+)(|KiB|MiB|GiB)", text)
    if match is None:
        raise ValueError(f"not a size: {text!r}")
    return float(match[1]) * UNITS[match[2]]


def read_notes(path: Path) -> Iterator[tuple[str, str]]:
    """The ``key: value`` lines of the comment that a file starts with."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.startswith(("#", "//")) or line.startswith("#include"):
            return
        match = re.fullmatch(r"(?:#|//) (expect|limits|compile|times|hole|outside): (.+)", line)
        if match:
            yield match[1], match[2]


PROGRAMS = [
    Program(path, list(read_notes(path)))
    for path in sorted(FOLDER.glob("*/*"))
    if path.suffix in {".py", ".c", ".cpp", ".sh", ".js"}
]


def as_parameters(programs: list[Program]) -> list[object]:
    return [pytest.param(each, id=each.name, marks=marks_of(each)) for each in programs]


def marks_of(program: Program) -> list[pytest.MarkDecorator]:
    return [
        pytest.mark.xfail(strict=True, raises=(AssertionError, SandboxError), reason=hole)
        for hole in program.all_of("hole")
    ]


async def result_of(sandbox: Sandbox, catalogue: Catalogue, submission: Submission) -> Result:
    missing = catalogue.runtimes[submission.language].missing
    if missing is not None:
        pytest.skip(missing)
    return await Execution(submission, catalogue, sandbox).carry_out()


def told_of(result: Result) -> dict[str, str]:
    """A result in the words of an expectation."""
    last = result.run or result.compile
    assert last is not None
    return {
        "step": "run" if result.run else "compile",
        "ending": last.ending.value,
        "exit": str(last.exit_code),
        "signal": str(last.signal),
        "stdout": last.stdout.data[:200].decode(errors="replace").strip(),
        "stderr": last.stderr.data[-400:].decode(errors="replace").strip(),
        "verdict": str(result.verdict),
    }


def is_expected(program: Program, told: dict[str, str]) -> bool:
    expectations = [
        {"step": "run", **dict(word.split("=", 1) for word in shlex.split(line))}
        for line in program.all_of("expect")
    ]
    return any(expectation.items() <= told.items() for expectation in expectations)


def assert_contained(program: Program, result: Result) -> None:
    told, submission = told_of(result), program.submission()
    assert is_expected(program, told), "\n".join(f"{key}: {value}" for key, value in told.items())
    for run, limits in (
        (result.compile, submission.compile_limits),
        (result.run, submission.limits),
    ):
        if run is not None:
            assert_within(run, limits)


def assert_within(run: Run, limits: Limits) -> None:
    assert run.usage.wall_ms <= limits.wall_time_s * 1000 + SLACK_MS
    assert run.usage.cpu_ms <= limits.cpu_time_s * 1000 + SLACK_MS
    assert run.usage.memory_bytes <= limits.memory_bytes + SLACK_BYTES
    assert run.usage.processes_peak <= limits.processes


HELLO = Submission(
    language="python",
    files=(File(name="main.py", content=b"print(input())"),),
    entry="main.py",
    stdin=b"contained\n",
    limits=LIMITS,
    expected_output=b"contained\n",
)


@pytest.fixture(scope="module")
async def hello(sandbox: Sandbox, catalogue: Catalogue) -> Result:
    """How an ordinary job goes before anything has happened here."""
    return await result_of(sandbox, catalogue, HELLO)


@pytest.mark.parametrize("program", as_parameters(PROGRAMS))
async def test_a_hostile_program_is_contained_and_the_next_job_is_fine(
    program: Program,
    sandbox: Sandbox,
    catalogue: Catalogue,
    hello: Result,
    look: Callable[[], object],
) -> None:
    before = look()

    for _ in range(program.times):
        assert_contained(program, await result_of(sandbox, catalogue, program.submission()))
    following = await result_of(sandbox, catalogue, HELLO)

    assert look() == before
    assert_same(following, hello)


def assert_same(following: Result, hello: Result) -> None:
    """The ordinary job went as it always does, and was charged for nothing but itself."""
    assert following.verdict is Verdict.ACCEPTED, told_of(following)
    assert following.run is not None
    assert hello.run is not None
    drift = following.run.usage.memory_bytes - hello.run.usage.memory_bytes
    assert drift <= MEMORY_DRIFT_BYTES
    assert following.run.usage.processes_peak == 1
    assert following.run.usage.cpu_ms < hello.run.usage.cpu_ms + SLACK_MS


@pytest.mark.parametrize(
    "program", as_parameters([each for each in PROGRAMS if each.all_of("outside")])
)
def test_a_program_that_escapes_says_so(program: Program, sandbox: Sandbox, tmp_path: Path) -> None:
    # Chosen to be harmless: each asks for a power that root has, and does nothing with it.
    for file in program.submission().files:
        (tmp_path / file.name).write_bytes(file.content)

    command = built(program.language, tmp_path)
    told = subprocess.run(
        command, cwd=tmp_path, capture_output=True, timeout=30, stdin=subprocess.DEVNULL
    )

    assert told.stdout.startswith(b"escaped: "), told
    assert told.returncode == 1


def built(language: Language, folder: Path) -> list[str]:
    """The command that runs a language's source in a folder of the host."""
    tool = language.tool.path
    if shutil.which(tool) is None:
        pytest.skip(f"{tool} is not on this host")
    if language.compile is None:
        return [tool, language.source_name]
    subprocess.run([tool, language.source_name, "-lm"], cwd=folder, check=True)
    return ["./a.out"]


@pytest.mark.parametrize("program", PROGRAMS, ids=[program.name for program in PROGRAMS])
def test_a_program_says_what_it_expects(program: Program) -> None:
    assert program.all_of("expect")
