"""The examples run as they are, and the programs among them end as their table says."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.e2e.documents import ROOT, clean_environment, tables_in, words_of

from stockade.languages import LANGUAGES

if TYPE_CHECKING:
    from tests.e2e.conftest import Server

EXAMPLES = ROOT / "examples"
PROGRAMS = EXAMPLES / "programs"
ROWS = tables_in("examples/README.md")["program"]
PYTHON = "/usr/bin/python3"
LIMITS = {"cpu_time_s": 2, "wall_time_s": 20, "memory_bytes": 256 << 20, "output_bytes": 1 << 20}
# Only who sleeps should meet the clock on the wall, however busy the machine is.
LIMITS_OF = {"sleeper.js": {"wall_time_s": 1}}


def run_example(server: Server, *argv: str) -> subprocess.CompletedProcess[str]:
    env = clean_environment() | {"STOCKADE_URL": f"http://127.0.0.1:{server.port}"}
    # In a folder of nobody's: an example finds what it needs beside itself.
    return subprocess.run(argv, cwd="/", env=env, capture_output=True, text=True, timeout=60)


def test_the_smallest_request_prints_the_answer(server: Server) -> None:
    ran = run_example(server, str(EXAMPLES / "hello.sh"))

    assert ran.returncode == 0, ran.stderr
    assert '"stdout":"Hello, world!\\n"' in ran.stdout


def test_a_right_solution_is_accepted(server: Server) -> None:
    ran = run_example(server, PYTHON, str(EXAMPLES / "judge.py"))

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert ran.stdout.startswith("accepted: exited, ")


def test_a_wrong_solution_is_told_so(server: Server, tmp_path: Path) -> None:
    files = [PROGRAMS / "sum.cpp", tmp_path / "input", tmp_path / "expected"]
    files[1].write_text("1 2\n")
    files[2].write_text("4\n")

    ran = run_example(server, PYTHON, str(EXAMPLES / "judge.py"), *map(str, files))

    assert ran.returncode == 1, ran.stdout + ran.stderr
    assert ran.stdout.startswith("wrong_answer: exited, ")


def test_a_hundred_at_once_are_all_accepted(server: Server) -> None:
    ran = run_example(server, PYTHON, str(EXAMPLES / "flood.py"))

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert ran.stdout.startswith("100 accepted\n")


def test_every_example_is_in_a_table() -> None:
    told = {words_of(row[0])[0] for row in ROWS + tables_in("examples/README.md")["example"]}

    there = [*PROGRAMS.iterdir(), *EXAMPLES.glob("*.py"), *EXAMPLES.glob("*.sh")]
    assert told == {path.name for path in there}
    assert all(os.access(path, os.X_OK) for path in EXAMPLES.glob("*.sh"))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: words_of(row[0])[0])
def test_a_program_ends_as_its_row_says(row: list[str], server: Server) -> None:
    (name,), endings, (verdict,) = words_of(row[0]), words_of(row[1]), words_of(row[2])
    program = PROGRAMS / name
    language = next(each for each in LANGUAGES if program.suffix in each.extensions)
    limits = LIMITS | LIMITS_OF.get(name, {})

    job = server.run(language.id, program.read_text(), limits=limits)

    assert (job["verdict"], [job["run"]["ending"]] if job["run"] else []) == (verdict, endings)


def test_links_in_the_table_lead_to_the_program_they_name() -> None:
    for row in ROWS:
        assert re.fullmatch(r"\[`(.+)`\]\(programs/\1\)", row[0])
