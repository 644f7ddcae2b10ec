"""Our own SQL, kept in files beside the code that uses it and read by an explicit call."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from importlib.resources import files
from sqlite3 import complete_statement

_NAME = re.compile(r"^-- name: (\w+)\n", re.MULTILINE)


def load_statements(package: str, file_name: str) -> Mapping[str, str]:
    """The statements of a package's file by name; each begins with a line ``-- name: ...``."""
    text = (files(package) / file_name).read_text("utf-8")
    _, *parts = _NAME.split(text)
    names, statements = parts[::2], parts[1::2]
    return dict(zip(names, (statement.strip() for statement in statements), strict=True))


def load_migrations() -> tuple[str, ...]:
    """The scripts that make a database what this code expects, in the order of their numbers."""
    folder = files("stockade.database") / "migrations"
    scripts = sorted((file for file in folder.iterdir()), key=lambda file: file.name)
    return tuple(script.read_text("utf-8") for script in scripts)


def statements_of(script: str) -> Iterator[str]:
    """A script's statements, one at a time: ``executescript`` would end our transaction."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if complete_statement(statement):
            yield statement
            statement = ""
