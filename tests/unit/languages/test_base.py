from __future__ import annotations

from stockade.core.submission import File
from stockade.core.verdict import Verdict
from stockade.languages.base import Catalogue, Language, Reference, Runtime, Tool

ECHO = Reference(
    name="echo",
    source="cat",
    files=(File(name="data/a.txt", content=b"a"),),
    stdin="£",
    stdout="£",
)
SHELL = Language(
    id="shell",
    name="Shell",
    extensions=(".sh",),
    source_name="main.sh",
    tool=Tool(path="/bin/sh", version_argv=("/bin/sh",), package="dash"),
    run=("/bin/sh", "{entry}"),
    references=(ECHO,),
)


def test_a_reference_becomes_a_submission_that_expects_its_output() -> None:
    submission = SHELL.submission_of(ECHO)

    assert submission.language == "shell"
    assert submission.entry == "main.sh"
    assert submission.files == (File(name="main.sh", content=b"cat"), *ECHO.files)
    assert submission.stdin == submission.expected_output == "£".encode()


def test_a_reference_without_an_output_expects_none() -> None:
    broken = Reference(name="broken", source="exit 1", verdict=Verdict.RUNTIME_ERROR)

    assert SHELL.submission_of(broken).expected_output is None


def test_a_runtime_is_available_if_and_only_if_it_has_a_version() -> None:
    assert Runtime(language=SHELL, version="5.2").is_available
    assert not Runtime(language=SHELL, version=None, missing="no").is_available


def test_a_catalogue_keeps_the_order_it_was_given() -> None:
    other = Language(
        id="a",
        name="A",
        extensions=(),
        source_name="a",
        tool=SHELL.tool,
        run=("/a",),
        references=(),
    )

    catalogue = Catalogue.of(
        Runtime(language=SHELL, version="1.0"), Runtime(language=other, version="1.0")
    )

    assert list(catalogue.runtimes) == ["shell", "a"]
