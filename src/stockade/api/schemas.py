"""What a client may send, field by field. Strict: nothing unknown, nothing converted by guess.

``null`` means the same as leaving an optional field out.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from stockade.api.texts import Base64, FileName, SourceText, Text, Variables, Words

MOST_FILES = 256
MOST_WORDS = 256
LONGEST_LANGUAGE = 64
# Beyond this, JSON numbers are no longer exact in every client.
GREATEST_INTEGER = 2**53

Seconds = Annotated[float | None, Field(gt=0, allow_inf_nan=False)]
Amount = Annotated[float | None, Field(gt=0, allow_inf_nan=False)]
Count = Annotated[int | None, Field(ge=1, le=GREATEST_INTEGER)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class RunLimitsBody(_Strict):
    """What one run may use; what is left out has the default that `/v1/limits` tells."""

    cpu_time_s: Seconds = Field(None, description="CPU time of all its processes, in seconds.")
    wall_time_s: Seconds = Field(
        None, description="Time on the clock, in seconds. Without it: 3 x CPU time + 2 s."
    )
    memory_bytes: Count = Field(None, description="Memory of all its processes, in bytes.")
    processes: Count = Field(None, description="Processes and threads alive at once.")
    output_bytes: Count = Field(None, description="Bytes on stdout and stderr together.")
    file_bytes: Count = Field(None, description="Bytes its workspace may hold.")
    cpus: Amount = Field(None, description="CPUs at once; 0.5 is half of one.")


class LimitsBody(RunLimitsBody):
    """Limits of the program's run, and of its compilation."""

    compile: RunLimitsBody | None = Field(
        None, description="Limits of the compilation, where the language has one."
    )


class FileBody(_Strict):
    """One source file: its name, and exactly one of the two contents."""

    name: FileName = Field(
        description="Relative path with single slashes.", examples=["lib/greet.py"]
    )
    content: SourceText | None = Field(None, description="Its content as text, without NUL.")
    content_base64: Base64 | None = Field(None, description="Its content as base64.")


class SubmissionBody(_Strict):
    """One program to be run once. Exactly one of `source`, `source_base64` and `files`."""

    language: str = Field(
        max_length=LONGEST_LANGUAGE,
        description="The id of a language of `/v1/languages`.",
        examples=["python"],
    )
    source: SourceText | None = Field(
        None, description="The program as one file of text, without NUL."
    )
    source_base64: Base64 | None = Field(None, description="The same as base64.")
    files: Annotated[list[FileBody], Field(min_length=1, max_length=MOST_FILES)] | None = Field(
        None, description="The program as several files."
    )
    entry: str | None = Field(
        None,
        description=(
            "The file to start with, one of `files`. Without it: the only file, or the one that "
            "is called as the language calls a single source (`/v1/languages`)."
        ),
    )
    stdin: Text | None = Field(None, description="What the program reads on stdin, as text.")
    stdin_base64: Base64 | None = Field(None, description="The same as base64.")
    args: Annotated[Words, Field(max_length=MOST_WORDS)] | None = Field(
        None, description="Arguments, at most 128 KiB together."
    )
    env: Annotated[Variables, Field(max_length=MOST_WORDS)] | None = Field(
        None, description="Environment variables by name, at most 128 KiB together."
    )
    limits: LimitsBody | None = Field(None, description="What the program may use.")
    expected_output: Text | None = Field(
        None,
        description="Compared with stdout line by line, spaces at the ends of lines left out.",
    )
    expected_output_base64: Base64 | None = Field(None, description="The same as base64.")
