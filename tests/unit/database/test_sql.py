from __future__ import annotations

import sqlite3
from contextlib import closing
from importlib.resources import files

import pytest

from stockade.database.migrate import migrate
from stockade.database.sql import load_migrations, load_statements, statements_of

STATEMENT_FILES = [("stockade.store", "jobs.sql"), ("stockade.queue", "leases.sql")]


@pytest.mark.parametrize(("package", "name"), STATEMENT_FILES)
def test_every_statement_fits_the_tables(package: str, name: str) -> None:
    statements = load_statements(package, name)
    assert statements
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        migrate(connection, load_migrations())
        for statement in statements.values():
            connection.execute(f"EXPLAIN {statement}", AnyParameters())


class AnyParameters(dict[str, None]):
    """Stands for whatever parameters a statement takes."""

    def __missing__(self, name: str) -> None:
        return None

    def __len__(self) -> int:
        return 0


def test_a_statement_is_found_by_its_name_and_has_no_other_in_it() -> None:
    statements = load_statements("stockade.store", "jobs.sql")
    assert statements["delete"] == "DELETE FROM jobs WHERE id = :id AND owner = :owner"


def test_a_script_is_split_where_statements_end() -> None:
    script = "-- a; b\nCREATE TABLE a (\n  b TEXT DEFAULT ';\n'\n);\nSELECT 1;\n"
    assert [part.split()[-1] for part in statements_of(script)] == [");", "1;"]


def test_migrations_are_numbered_without_gaps() -> None:
    names = sorted(file.name for file in (files("stockade.database") / "migrations").iterdir())
    assert [name[:5] for name in names] == [f"{n:04d}_" for n in range(1, len(names) + 1)]
    assert len(load_migrations()) == len(names)
