"""The kinds of text a client sends, each with its rule: pydantic types that refuse with a fix."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterable
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

NUL = "\0"
# Linux refuses a longer argument or variable, and the whole list may be hardly larger.
MOST_LIST_BYTES = 128 * 1024

LONGEST_PART_BYTES = 255
LONGEST_NAME_BYTES = 1024
DEEPEST_NAME = 16


def refuse(problem: str, fix: str) -> PydanticCustomError:
    """What a validator raises: told to the client word by word."""
    # Curly braces would be taken for the names of a context.
    return PydanticCustomError("refused", "{problem}", {"problem": problem, "fix": fix})


def utf8(text: str) -> bytes:
    """The text as UTF-8; half a surrogate pair is no text."""
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise refuse(
            "It holds half of a surrogate pair, which is no character.",
            "Send whole characters; for bytes use the field's _base64 twin, if it has one.",
        ) from error


def _must_be_text(value: object) -> str:
    if not isinstance(value, str):
        raise refuse("It is not a string.", "Use a string.")
    return value


def _text_to_bytes(value: object) -> bytes:
    return utf8(_must_be_text(value))


def _source_to_bytes(value: object) -> bytes:
    text = _must_be_text(value)
    if NUL in text:
        raise refuse("It holds a NUL character.", "Remove it, or use the field's _base64 twin.")
    return utf8(text)


def _base64_to_bytes(value: object) -> bytes:
    try:
        return binascii.a2b_base64(_must_be_text(value), strict_mode=True)
    except ValueError as error:
        raise refuse(
            "It is not base64 as in RFC 4648, section 4.",
            "Use A-Z, a-z, 0-9, + and /, padded with =, without line breaks or spaces.",
        ) from error


def _check_word(text: str) -> str:
    if NUL in text:
        raise refuse("It holds a NUL character.", "Remove it: no program could be given it.")
    utf8(text)
    return text


def _check_variable_name(name: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_]+", name):
        raise refuse("It is no name of a variable.", "Use letters, digits and underscores.")
    return name


def _check_file_name(name: str) -> str:
    parts = _check_word(name).split("/")
    if any(part in ("", ".", "..") for part in parts):
        raise refuse(
            "It is not a plain relative path.",
            "Use names joined by single slashes, without '.', '..' or a slash at either end.",
        )
    if any(part.startswith("-") for part in parts):
        raise refuse("It would be taken for an option.", "Begin no part with a hyphen.")
    if re.search(r"[\\\x00-\x1f\x7f-\x9f]", name):
        raise refuse("It holds a backslash or control character.", "Use printable characters.")
    _check_file_name_size(parts)
    return name


def _check_file_name_size(parts: list[str]) -> None:
    sizes_bytes = [len(part.encode()) for part in parts]
    whole_bytes = sum(sizes_bytes) + len(parts) - 1
    if max(sizes_bytes) > LONGEST_PART_BYTES or whole_bytes > LONGEST_NAME_BYTES:
        raise refuse(
            "It is too long.",
            f"Use at most {LONGEST_PART_BYTES} bytes a part and {LONGEST_NAME_BYTES} in all.",
        )
    if len(parts) > DEEPEST_NAME:
        raise refuse("It lies too deep.", f"Use at most {DEEPEST_NAME} parts.")


def _check_list_size(words: list[str]) -> list[str]:
    _check_total(len(word.encode()) + 1 for word in words)
    return words


def _check_variables_size(variables: dict[str, str]) -> dict[str, str]:
    _check_total(len(name) + len(value.encode()) + 2 for name, value in variables.items())
    return variables


def _check_total(sizes_bytes: Iterable[int]) -> None:
    if sum(sizes_bytes) > MOST_LIST_BYTES:
        raise refuse(
            "It is too long.", f"Use at most {MOST_LIST_BYTES} bytes in all, terminators counted."
        )


_BASE64_SCHEMA = WithJsonSchema({"type": "string", "contentEncoding": "base64"})
_TEXT_SCHEMA = WithJsonSchema({"type": "string"})

Text = Annotated[bytes, BeforeValidator(_text_to_bytes), _TEXT_SCHEMA]
SourceText = Annotated[bytes, BeforeValidator(_source_to_bytes), _TEXT_SCHEMA]
Base64 = Annotated[bytes, BeforeValidator(_base64_to_bytes), _BASE64_SCHEMA]
Word = Annotated[str, AfterValidator(_check_word)]
VariableName = Annotated[str, AfterValidator(_check_variable_name)]
FileName = Annotated[str, AfterValidator(_check_file_name)]
Words = Annotated[list[Word], AfterValidator(_check_list_size)]
Variables = Annotated[dict[VariableName, Word], AfterValidator(_check_variables_size)]
