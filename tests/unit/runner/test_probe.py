from __future__ import annotations

import pytest

from stockade.core.errors import SandboxError
from stockade.core.run import Ending
from stockade.core.step import Step, StepOutcome
from stockade.languages import LANGUAGES
from stockade.languages.c import C
from stockade.languages.javascript import JAVASCRIPT
from stockade.languages.python import PYTHON
from stockade.runner.probe import find_runtime, find_runtimes
from stockade.sandbox.fake import FakeSandbox, ended, exited

pytestmark = pytest.mark.anyio

TOLD = {
    "/usr/bin/python3": b"Python 3.11.2\n",
    "/usr/bin/node": b"v20.20.2\n",
    "/bin/bash": b"GNU bash, version 5.2.15(1)-release (x86_64-pc-linux-gnu)\nCopyright 2022\n",
    "/usr/bin/gcc": b"12.2.0\n",
    "/usr/bin/g++": b"12.2.0\n",
}


def tell_version(step: Step) -> StepOutcome:
    return exited(stdout=TOLD[step.command.argv[0]])


async def test_the_version_is_what_the_tool_says_in_a_box() -> None:
    catalogue = await find_runtimes(FakeSandbox(tell_version), LANGUAGES)

    versions = {name: runtime.version for name, runtime in catalogue.runtimes.items()}
    assert versions == {
        "python": "3.11.2",
        "javascript": "20.20.2",
        "bash": "5.2.15",
        "c": "12.2.0",
        "cpp": "12.2.0",
    }
    assert all(runtime.is_available for runtime in catalogue.runtimes.values())


async def test_a_tool_is_asked_in_the_environment_of_its_language() -> None:
    sandbox = FakeSandbox(tell_version)

    await find_runtime(sandbox, JAVASCRIPT)

    [step] = sandbox.steps
    assert set(JAVASCRIPT.env) <= set(step.command.env)


async def test_a_tool_that_does_not_start_is_missing_and_the_fix_is_named() -> None:
    sandbox = FakeSandbox.playing(SandboxError("no such file"))

    runtime = await find_runtime(sandbox, C)

    assert not runtime.is_available
    assert runtime.missing == (
        "/usr/bin/gcc did not start (no such file). Install it with: apt-get install gcc libc6-dev"
    )


@pytest.mark.parametrize(
    "outcome",
    [
        exited(1, stdout=b"Python 3.11.2\n"),
        exited(stdout=b"hello\n"),
        exited(stderr=b"Python 2.7.18\n"),
        ended(Ending.WALL_TIME_LIMIT),
    ],
)
async def test_a_tool_that_tells_no_version_is_missing(outcome: StepOutcome) -> None:
    runtime = await find_runtime(FakeSandbox.playing(outcome), PYTHON)

    assert (runtime.version, runtime.is_available) == (None, False)
    assert runtime.missing == (
        "/usr/bin/python3 --version told no version. Install it with: apt-get install python3"
    )


async def test_one_missing_tool_hides_no_other() -> None:
    def script(step: Step) -> StepOutcome:
        if step.command.argv[0] == "/usr/bin/node":
            raise SandboxError("no such file")
        return tell_version(step)

    catalogue = await find_runtimes(FakeSandbox(script), LANGUAGES)

    missing = [name for name, found in catalogue.runtimes.items() if not found.is_available]
    assert missing == ["javascript"]
