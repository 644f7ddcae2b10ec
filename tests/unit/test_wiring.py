"""What the composition root decides by itself; what it puts together is in the end-to-end tests."""

from __future__ import annotations

import pytest

from stockade.core.errors import SandboxError
from stockade.core.run import Ending
from stockade.core.step import Step, StepOutcome
from stockade.languages.base import Catalogue, Runtime
from stockade.languages.bash import BASH
from stockade.languages.python import PYTHON
from stockade.sandbox.fake import FakeSandbox, ended, exited
from stockade.wiring import check_readiness

pytestmark = pytest.mark.anyio

MISSING = Runtime(language=PYTHON, version=None, missing="Install python3.")
FOUND = Runtime(language=BASH, version="5.2")


def says_hello(_: Step) -> StepOutcome:
    return exited(stdout=b"Hello, world!\n")


def is_broken(_: Step) -> StepOutcome:
    raise SandboxError("No box can be made.")


async def test_a_server_is_ready_when_a_program_of_a_language_that_is_here_ran() -> None:
    sandbox = FakeSandbox(says_hello)

    readiness = await check_readiness(sandbox, Catalogue.of(MISSING, FOUND))

    assert (readiness.is_ready, readiness.detail) == (True, "A Bash program ran.")
    (step,) = sandbox.steps
    assert step.command.argv[0] == BASH.tool.path


@pytest.mark.parametrize(
    ("outcome", "word"),
    [
        (exited(stdout=b"Goodbye!\n"), "wrong_answer"),
        (exited(1), "runtime_error"),
        (ended(Ending.WALL_TIME_LIMIT), "time_limit_exceeded"),
    ],
)
async def test_a_server_whose_program_comes_to_anything_else_is_not_ready(
    outcome: StepOutcome, word: str
) -> None:
    readiness = await check_readiness(FakeSandbox(lambda _: outcome), Catalogue.of(FOUND))

    assert (readiness.is_ready, readiness.detail) == (False, f"A Bash program: {word}.")


async def test_a_server_without_languages_is_not_ready() -> None:
    sandbox = FakeSandbox(says_hello)

    readiness = await check_readiness(sandbox, Catalogue.of(MISSING))

    assert (readiness.is_ready, readiness.detail) == (False, "No language was found.")
    assert not sandbox.steps


async def test_a_sandbox_that_fails_is_told_as_what_it_is() -> None:
    with pytest.raises(SandboxError, match="No box can be made"):
        await check_readiness(FakeSandbox(is_broken), Catalogue.of(FOUND))
