"""One word for one thing: the glossary's, and none that it says we do not use.

A short list: only words that would be wrong wherever they stood as a whole name or a part of one.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.architecture.conftest import Source

# What is not said, and what is.
INSTEAD = {
    "jail": "box",
    "daemon": "warden",
    "submission_dir": "workspace",
    "blob": "artifact",
    "tenant": "owner",
    "user_id": "owner",
    "workdir": "workspace",
    "boxdir": "workspace",
    "judgehost": "worker",
    "grader": "checker",
    "snippet": "submission",
    "fork_server": "zygote",
    "invocation": "command",
    "testcase": "test_case",
    "utils": "the thing itself",
    "helpers": "the thing itself",
    "manager": "the thing itself",
    "misc": "the thing itself",
}


def names_in(source: Source) -> Iterator[str]:
    """Every name that the file itself gives: modules, functions, classes, arguments, variables."""
    yield from source.module.split(".")
    for node in ast.walk(source.tree):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield name
            case ast.ClassDef(name=name):
                yield snake_case(name)
            case ast.arg(arg=name) | ast.Name(id=name, ctx=ast.Store()):
                yield name
            case ast.Attribute(attr=name, ctx=ast.Store()):
                yield name


def snake_case(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def test_no_word_is_used_that_we_do_not_say(sources: list[Source]) -> None:
    found = {
        f"{source.name}: {name} (we say {instead})"
        for source in sources
        for name in names_in(source)
        for word, instead in INSTEAD.items()
        if re.search(rf"(^|_){word}s?(_|$)", name.lower())
    }

    assert found == set()


def test_the_three_enums_do_not_share_what_they_are_called(sources: list[Source]) -> None:
    enums = {
        node.name
        for source in sources
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ClassDef)
    }

    assert {"JobState", "Ending", "Verdict"} <= enums
    assert not enums & {"Status", "Outcome", "State", "JobStatus", "RunStatus"}
