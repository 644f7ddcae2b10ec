from __future__ import annotations

import pytest

from stockade.core.submission import File, Submission, Variable
from stockade.languages import LANGUAGES
from stockade.languages.base import ENTRY, SOURCES, Language
from stockade.runner.command import BASE_ENV, fill_in, lay_over

C = next(language for language in LANGUAGES if language.id == "c")


def submission(*names: str) -> Submission:
    files = tuple(File(name=name, content=b"") for name in names)
    return Submission(language="c", files=files, entry=names[0])


def filled(argv: tuple[str, ...], *names: str, language: Language = C) -> tuple[str, ...]:
    return fill_in(argv, language, submission(*names))


def test_the_entry_takes_its_place() -> None:
    assert filled(("run", ENTRY, "-x"), "src/main.c") == ("run", "src/main.c", "-x")


def test_sources_are_the_files_with_the_language_s_extensions_in_their_order() -> None:
    argv = filled(("cc", SOURCES, "-lm"), "main.c", "util.h", "lib/a.c", "data.txt")

    assert argv == ("cc", "main.c", "lib/a.c", "-lm")


def test_the_entry_is_a_source_whatever_it_is_called() -> None:
    assert filled((SOURCES,), "program", "lib.c") == ("program", "lib.c")


def test_a_placeholder_inside_an_argument_is_left_alone() -> None:
    assert filled((f"-o{ENTRY}",), "main.c") == (f"-o{ENTRY}",)


@pytest.mark.parametrize("name", ["-O0.c", "@options.c"])
def test_no_file_name_is_taken_for_an_option(name: str) -> None:
    assert filled((ENTRY, SOURCES), name) == (f"./{name}", f"./{name}")


def test_the_last_layer_of_variables_stands() -> None:
    own = Variable(name="LANG", value="de_DE.UTF-8")

    env = lay_over(BASE_ENV, (Variable(name="LANG", value="C"),), (own,))

    assert [variable for variable in env if variable.name == "LANG"] == [own]
    assert len(env) == len(BASE_ENV)


def test_every_program_finds_itself_at_home_in_its_workspace() -> None:
    base = {variable.name: variable.value for variable in BASE_ENV}

    assert base["HOME"] == "/workspace"
    assert base["PATH"] == "/usr/local/bin:/usr/bin:/bin"
