"""From a checked body to a submission of the core: defaults, and the rules that join fields."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from itertools import accumulate

from pydantic import ValidationError

from stockade.api.problems import BODY, invalid_field
from stockade.api.refusals import refusal_of
from stockade.api.schemas import FileBody, RunLimitsBody, SubmissionBody
from stockade.core.limits import COMPILE_LIMITS, DEFAULT_LIMITS, Limits, wall_time_for
from stockade.core.submission import File, Submission, Variable
from stockade.languages.base import Catalogue

# A language nobody knows is refused by the use case; until then its source needs some name.
UNKNOWN_SOURCE_NAME = "source"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """On what terms submissions are read here.

    ``limits`` and ``compile_limits`` are what a client gets that names none; files, input and
    expected output may be ``content_bytes`` together.
    """

    catalogue: Catalogue
    ceiling: Limits
    limits: Limits
    compile_limits: Limits
    content_bytes: int

    @classmethod
    def under(cls, ceiling: Limits, catalogue: Catalogue, content_bytes: int) -> Terms:
        """The usual defaults, none of them above what the operator allows."""
        return cls(
            catalogue=catalogue,
            ceiling=ceiling,
            limits=_capped(DEFAULT_LIMITS, ceiling),
            compile_limits=_capped(COMPILE_LIMITS, ceiling),
            content_bytes=content_bytes,
        )


def _capped(limits: Limits, ceiling: Limits) -> Limits:
    names = [field.name for field in fields(Limits)]
    return Limits(**{name: min(getattr(limits, name), getattr(ceiling, name)) for name in names})


def read_submission(value: object, terms: Terms) -> Submission:
    """The submission that a JSON value describes.

    Raises ``Refusal`` (422) that names the fields to blame.
    """
    body = parse_body(value)
    source_name = _source_name(body.language, terms.catalogue)
    files = _files(body, source_name)
    submission = Submission(
        language=body.language,
        files=files,
        entry=_entry(body.entry, files, source_name),
        stdin=_one_of(body, "stdin") or b"",
        args=tuple(body.args or ()),
        env=tuple(Variable(name=k, value=v) for k, v in (body.env or {}).items()),
        limits=_limits(body.limits, terms.limits, terms.ceiling),
        compile_limits=_limits(
            body.limits and body.limits.compile, terms.compile_limits, terms.ceiling
        ),
        expected_output=_one_of(body, "expected_output"),
    )
    _check_size(submission, terms.content_bytes)
    return submission


def parse_body(value: object) -> SubmissionBody:
    """The body, each of its fields right by itself. Raises ``Refusal``."""
    try:
        return SubmissionBody.model_validate(value)
    except ValidationError as error:
        raise refusal_of(error) from error


def _source_name(language: str, catalogue: Catalogue) -> str:
    runtime = catalogue.runtimes.get(language)
    return runtime.language.source_name if runtime else UNKNOWN_SOURCE_NAME


def _one_of(body: SubmissionBody | FileBody, name: str, prefix: str = "") -> bytes | None:
    """The bytes of a field or of its base64 twin; never both."""
    plain: bytes | None = getattr(body, name)
    encoded: bytes | None = getattr(body, f"{name}_base64")
    if plain is not None and encoded is not None:
        twin = f"{prefix}{name}_base64"
        raise invalid_field(twin, f"{prefix}{name} is given too.", "Send only one of the two.")
    return encoded if plain is None else plain


def _files(body: SubmissionBody, source_name: str) -> tuple[File, ...]:
    source = _one_of(body, "source")
    if source is None and body.files is None:
        raise invalid_field("source", "There is no program.", "Send source or files.")
    if source is None:
        return _checked_tree(body.files or ())
    if body.files is not None:
        raise invalid_field("files", "source is given too.", "Send only one of the two.")
    return (File(name=source_name, content=source),)


def _checked_tree(bodies: Sequence[FileBody]) -> tuple[File, ...]:
    """The files; no two of one name, and none that is also a folder of another."""
    folders = {folder for body in bodies for folder in _folders_of(body.name)}
    seen: set[str] = set()
    for position, body in enumerate(bodies):
        field = f"files[{position}].name"
        if body.name in seen:
            raise invalid_field(field, "An earlier file has this name.", "Send each file once.")
        if body.name in folders:
            raise invalid_field(
                field, "It is also a folder of another file.", "Rename one of the two."
            )
        seen.add(body.name)
    return tuple(_file(body, f"files[{position}].") for position, body in enumerate(bodies))


def _folders_of(name: str) -> Iterable[str]:
    return accumulate(name.split("/")[:-1], "{}/{}".format)


def _file(body: FileBody, prefix: str) -> File:
    content = _one_of(body, "content", prefix)
    if content is None:
        raise invalid_field(
            f"{prefix}content", "It is missing.", "Send content or content_base64; '' is allowed."
        )
    return File(name=body.name, content=content)


def _entry(entry: str | None, files: tuple[File, ...], source_name: str) -> str:
    names = [file.name for file in files]
    if entry is None and len(names) == 1:
        return names[0]
    wanted = source_name if entry is None else entry
    if wanted in names:
        return wanted
    if entry is None:
        problem = f"There are several files, and none is called {source_name}."
        raise invalid_field("entry", problem, "Name the file to start with.")
    known = names[0] if len(names) == 1 else "one of the names in files"
    raise invalid_field("entry", "There is no such file.", f"Use {known}.")


def _limits(body: RunLimitsBody | None, defaults: Limits, ceiling: Limits) -> Limits:
    if body is None:
        return defaults
    asked = body.model_dump(exclude_none=True, exclude={"compile"})
    if "cpu_time_s" in asked and "wall_time_s" not in asked:
        # Nobody is refused for a wall time that they did not ask for.
        asked["wall_time_s"] = min(wall_time_for(asked["cpu_time_s"]), ceiling.wall_time_s)
    return replace(defaults, **asked)


def _check_size(submission: Submission, most_bytes: int) -> None:
    contents = [file.content for file in submission.files]
    contents += [submission.stdin, submission.expected_output or b""]
    size_bytes = sum(map(len, contents))
    if size_bytes > most_bytes:
        problem = f"Files, input and expected output have {size_bytes} bytes together."
        raise invalid_field(BODY, problem, f"Use at most {most_bytes} bytes.")
