"""Which languages run here, found by asking each tool for its version in a box.

It is asked in a box, not on the machine: what counts is what a program finds there.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable

from stockade.core.errors import SandboxError
from stockade.core.limits import Limits
from stockade.core.ports import Sandbox
from stockade.core.run import Run
from stockade.core.step import Command, Step
from stockade.languages.base import Catalogue, Language, Runtime, Tool
from stockade.runner.command import BASE_ENV, lay_over

# Only a tool that hangs meets these; a cold disk at start-up must not.
_LIMITS = Limits(cpu_time_s=10.0, wall_time_s=30.0)
_VERSION = re.compile(rb"\d+(?:\.\d+)+")


async def find_runtimes(sandbox: Sandbox, languages: Iterable[Language]) -> Catalogue:
    """What of these languages runs in the sandbox, and what is missing why."""
    async with asyncio.TaskGroup() as tasks:
        found = [tasks.create_task(find_runtime(sandbox, language)) for language in languages]
    return Catalogue.of(*(task.result() for task in found))


async def find_runtime(sandbox: Sandbox, language: Language) -> Runtime:
    """The language as it is here: its version, or what is missing and the command that helps."""
    try:
        run = await _ask_version(sandbox, language)
    except SandboxError as error:
        return _missing(language, f"{language.tool.path} did not start ({error}).")
    version = _VERSION.search(run.stdout.data)
    if not run.is_success or version is None:
        return _missing(language, f"{' '.join(language.tool.version_argv)} told no version.")
    return Runtime(language=language, version=version.group().decode())


async def _ask_version(sandbox: Sandbox, language: Language) -> Run:
    command = Command(argv=language.tool.version_argv, env=lay_over(BASE_ENV, language.env))
    async with sandbox.box(Step(command=command, limits=_LIMITS)) as box:
        return (await box.outcome()).run


def _missing(language: Language, problem: str) -> Runtime:
    return Runtime(language=language, version=None, missing=f"{problem} {_fix(language.tool)}")


def _fix(tool: Tool) -> str:
    return f"Install it with: apt-get install {tool.package}"
