from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from stockade.api.texts import Base64, FileName, SourceText, Text, VariableName, Variables, Words

FILE_NAME = TypeAdapter[str](FileName)

LONGEST_PART = "x" * 255
DEEPEST = "/".join(["d"] * 16)


@pytest.mark.parametrize(
    "name",
    [
        "main.py",
        "lib/util.py",
        ".hidden",
        "a..b",
        "...",
        "a b",
        "ü/日本.py",
        "a-b",
        "~",
        LONGEST_PART,
        "/".join([LONGEST_PART] * 4),
        DEEPEST,
    ],
)
def test_a_plain_relative_path_is_a_file_name(name: str) -> None:
    assert FILE_NAME.validate_python(name) == name


@pytest.mark.parametrize(
    "name",
    [
        "",
        "/",
        "/etc/shadow",
        "a/",
        "a//b",
        ".",
        "..",
        "../a",
        "a/../b",
        "a/..",
        "./a",
        "a/.",
        "a\\b",
        "..\\a",
        "C:\\a",
        "a\0b",
        "a\nb",
        "a\x1bb",
        "a\x7f",
        "a\x85b",
        "-rf",
        "a/-rf",
        "\ud800",
        LONGEST_PART + "x",
        "ü" * 128,
        "/".join([LONGEST_PART] * 5),
        DEEPEST + "/d",
        3,
        None,
    ],
)
def test_a_tricky_path_is_no_file_name(name: object) -> None:
    with pytest.raises(ValidationError):
        FILE_NAME.validate_python(name, strict=True)


@given(name=st.text(alphabet="./\\-a\0\nü", max_size=12))
def test_a_file_name_never_leaves_its_folder(name: str) -> None:
    try:
        FILE_NAME.validate_python(name)
    except ValidationError:
        return
    parts = name.split("/")
    assert not {"", ".", ".."} & set(parts)
    assert not any(part.startswith("-") for part in parts)
    assert not set(name) & set("\\\0\n")


@pytest.mark.parametrize(
    ("text", "data"), [("", b""), ("YQ==", b"a"), ("YWI=", b"ab"), ("+/+/", b"\xfb\xff\xbf")]
)
def test_base64_is_read(text: str, data: bytes) -> None:
    assert TypeAdapter[bytes](Base64).validate_python(text) == data


@pytest.mark.parametrize(
    "text", ["YQ", "YQ=", "=", "YQ==YQ==", "YQ==\n", "Y\nQ==", " YQ==", "-_-_", "YQ==x", "ü", 3]
)
def test_base64_that_is_not_strict_is_refused_with_the_alphabet(text: object) -> None:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter[bytes](Base64).validate_python(text)

    assert caught.value.errors()[0]["type"] == "refused"


def test_nul_is_text_but_not_source_text() -> None:
    assert TypeAdapter[bytes](Text).validate_python("a\0") == b"a\0"
    with pytest.raises(ValidationError):
        TypeAdapter[bytes](SourceText).validate_python("a\0")


@pytest.mark.parametrize("name", ["PATH", "_", "a1", "1a"])
def test_letters_digits_and_underscores_name_a_variable(name: str) -> None:
    assert TypeAdapter[str](VariableName).validate_python(name) == name


@pytest.mark.parametrize("name", ["", "A=", "A B", "A-B", "Ä", "A\0", "A\n", "٣"])
def test_other_characters_do_not_name_a_variable(name: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter[str](VariableName).validate_python(name)


def test_lists_are_counted_in_bytes_with_their_terminators() -> None:
    words, variables = TypeAdapter[list[str]](Words), TypeAdapter[dict[str, str]](Variables)
    words.validate_python(["x" * 131071])
    variables.validate_python({"A": "x" * 131069})

    with pytest.raises(ValidationError):
        words.validate_python(["x" * 131072])
    with pytest.raises(ValidationError):
        words.validate_python(["ü" * 65536])
    with pytest.raises(ValidationError):
        variables.validate_python({"A": "x" * 131070})
