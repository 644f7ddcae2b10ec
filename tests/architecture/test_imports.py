"""Which way the arrows point, and that importing does nothing."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.architecture.conftest import Source

ROOT = Path(__file__).parents[2]
WARDEN = "stockade.sandbox.cells.warden"
INSIDE = "stockade.sandbox.cells.probes.inside"
# Every page that the warden's imports touch is copied by every fork of a cell.
HEAVY = {"asyncio", "dataclasses", "inspect", "logging", "pathlib", "shutil", "subprocess"}
# Imports modules, and tells what our own code opened and started meanwhile: that of libraries is
# theirs to answer for.
WATCH = """
import importlib, json, sys, threading

opened, started = [], []

def is_ours(frame):
    while frame and "site-packages" not in frame.f_code.co_filename:
        if "/stockade/" in frame.f_code.co_filename:
            return True
        frame = frame.f_back
    return False

def watch(event, arguments):
    if event == "open" and isinstance(arguments[0], str) and is_ours(sys._getframe()):
        opened.append(arguments[0])
    if event.startswith(("os.fork", "os.posix_spawn", "socket.", "subprocess.")):
        if is_ours(sys._getframe()):
            started.append(event)

sys.addaudithook(watch)
for name in sys.argv[1:]:
    importlib.import_module(name)
print(json.dumps([opened, started, threading.active_count(), sorted(sys.modules)]))
"""


def run_python(*arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
        cwd="/",
    )
    return done.stdout


def importable(sources: list[Source]) -> list[str]:
    return [source.module for source in sources if source.path.stem != "__main__"]


# Arrows


def test_the_import_contracts_are_kept() -> None:
    program = Path(sys.executable).with_name("lint-imports")

    done = subprocess.run(
        [program, "--no-logo"], capture_output=True, text=True, timeout=120, check=False, cwd=ROOT
    )

    assert done.returncode == 0, done.stdout + done.stderr


def test_no_imports_go_in_circles(sources: list[Source]) -> None:
    modules = {source.module for source in sources}
    graph = {source.module: imports_of(source) & modules for source in sources}

    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(f"{error.args[1]}")


def imports_of(source: Source) -> set[str]:
    """What a module imports when it is imported: at its top level."""
    base = source.module if source.path.stem == "__init__" else source.module.rpartition(".")[0]
    found: set[str] = set()
    for node in source.tree.body:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            package = ".".join(filter(None, [base if node.level else "", node.module]))
            found |= {package, *(f"{package}.{alias.name}" for alias in node.names)}
    return found - {source.module}


@pytest.mark.parametrize("package", [WARDEN, INSIDE])
def test_what_runs_beside_a_program_imports_the_standard_library_alone(
    sources: list[Source], package: str
) -> None:
    here = [source for source in sources if source.module.startswith(package)]
    foreign = {
        (source.module, name)
        for source in here
        for name in imports_of(source)
        if name.split(".")[0] not in sys.stdlib_module_names and not name.startswith(package)
    }

    assert len(here) > 1
    # The package names above its own come with its own.
    assert {(module, name) for module, name in foreign if not package.startswith(name)} == set()


# Importing does nothing


@pytest.fixture(scope="module")
def watched(sources: list[Source]) -> tuple[list[str], list[str], int, list[str]]:
    """What importing all of it opened and started, how many threads there are, what it loaded."""
    opened, started, threads, loaded = json.loads(run_python("-c", WATCH, *importable(sources)))
    return opened, started, threads, loaded


def test_importing_opens_code_and_nothing_else(
    watched: tuple[list[str], list[str], int, list[str]],
) -> None:
    code = (sys.prefix, sys.base_prefix, str(ROOT / "src"))

    assert [path for path in watched[0] if not path.startswith(code)] == []


def test_importing_starts_nothing(watched: tuple[list[str], list[str], int, list[str]]) -> None:
    assert (watched[1], watched[2]) == ([], 1)


def test_all_of_it_was_imported(
    sources: list[Source], watched: tuple[list[str], list[str], int, list[str]]
) -> None:
    assert set(importable(sources)) <= set(watched[3])


def test_forkers_stay_small() -> None:
    script = f"import sys, {WARDEN}.__main__; print(*sys.modules)"

    loaded = set(run_python("-I", "-c", script).split())

    assert loaded & HEAVY == set()
    assert len(loaded) < 120
