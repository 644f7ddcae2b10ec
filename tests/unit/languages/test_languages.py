"""What every declaration must hold, whatever the language."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

import pytest

from stockade.core.step import PROGRAM_DIR
from stockade.core.verdict import Verdict
from stockade.languages import LANGUAGES
from stockade.languages.base import ENTRY, SOURCES, Language

pytestmark = pytest.mark.parametrize(
    "language", LANGUAGES, ids=[language.id for language in LANGUAGES]
)


def test_its_id_is_short_lower_case_and_its_own(language: Language) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9]{0,15}", language.id)
    assert [other.id for other in LANGUAGES].count(language.id) == 1


def test_its_source_name_has_one_of_its_extensions(language: Language) -> None:
    assert language.source_name.endswith(language.extensions)


def test_every_command_starts_with_an_absolute_path(language: Language) -> None:
    argvs = (language.run, language.compile or language.run, language.tool.version_argv)

    assert all(PurePosixPath(argv[0]).is_absolute() for argv in argvs)


def test_it_either_compiles_its_sources_or_runs_its_entry(language: Language) -> None:
    if language.compile is None:
        assert (ENTRY in language.run, language.makes) == (True, ())
    else:
        assert SOURCES in language.compile
        assert language.run[0] in {f"{PROGRAM_DIR}/{name}" for name in language.makes}


def test_it_brings_references_of_every_kind(language: Language) -> None:
    wanted = {"hello", "echo", "runtime_error", "folders"}
    if language.compile is not None:
        wanted.add("compile_error")

    assert {reference.name for reference in language.references} >= wanted


def test_its_references_say_what_they_claim(language: Language) -> None:
    by_name = {reference.name: reference for reference in language.references}

    assert by_name["hello"].stdout == "Hello, world!\n"
    assert by_name["echo"].stdin == by_name["echo"].stdout != ""
    assert by_name["runtime_error"].verdict is Verdict.RUNTIME_ERROR
    assert any("/" in file.name for file in by_name["folders"].files)
