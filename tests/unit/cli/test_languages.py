from __future__ import annotations

import json

from stockade.cli.languages import _as_json, _as_table
from stockade.languages.base import Catalogue, Runtime
from stockade.languages.c import C
from stockade.languages.python import PYTHON

CATALOGUE = Catalogue.of(
    Runtime(language=PYTHON, version="3.11.2"),
    Runtime(language=C, version=None, missing="Install gcc."),
)


def test_programs_are_told_every_language_in_order() -> None:
    assert json.loads(_as_json(CATALOGUE)) == [
        {"id": "python", "name": "Python", "version": "3.11.2", "missing": None},
        {"id": "c", "name": "C", "version": None, "missing": "Install gcc."},
    ]


def test_people_are_told_the_version_or_the_cure() -> None:
    found, missing = _as_table(CATALOGUE).splitlines()

    assert found.split() == ["python", "Python", "3.11.2"]
    assert missing.split(maxsplit=2)[:2] == ["c", "C"]
    assert "missing. Install gcc." in missing
