from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockade.core.errors import SandboxError
from stockade.telemetry.logs import JsonLines, set_up_logging


def record(message: str, *args: object, **fields: object) -> logging.LogRecord:
    made = logging.LogRecord("stockade.test", logging.WARNING, "f.py", 1, message, args, None)
    made.created = 1_767_225_600.25
    made.__dict__.update(fields)
    return made


def told(made: logging.LogRecord) -> dict[str, Any]:
    event: dict[str, Any] = json.loads(JsonLines().format(made))
    return event


def raised(error: Exception, cause: Exception | None = None) -> logging.LogRecord:
    try:
        raise error from cause
    except type(error) as caught:
        return record("Failed.", exc_info=(type(caught), caught, caught.__traceback__))


def test_an_event_tells_time_level_logger_and_message() -> None:
    assert told(record("%s slots", 3)) == {
        "time": "2026-01-01T00:00:00.250+00:00",
        "level": "warning",
        "logger": "stockade.test",
        "message": "3 slots",
    }


def test_extras_are_told_but_replace_nothing() -> None:
    event = told(record("m", job_id="1", attempt=2, level="forged", odd=object))

    assert (event["job_id"], event["attempt"], event["level"]) == ("1", 2, "warning")
    assert event["odd"] == str(object)


@given(text=st.text(st.characters(exclude_categories=())))
def test_no_text_ends_its_line_or_leaves_ascii(text: str) -> None:
    line = JsonLines().format(record("%s", text, job_id=text))

    assert line.isascii()
    assert line.isprintable()
    assert json.loads(line)["message"] == json.loads(line)["job_id"]


def test_our_own_errors_and_those_of_the_system_speak() -> None:
    errors = told(raised(SandboxError("No box."), OSError(28, "No space left")))["errors"]

    assert [(error["type"], error["message"]) for error in errors] == [
        ("SandboxError", "No box."),
        ("OSError", "[Errno 28] No space left"),
    ]


def test_a_foreign_error_tells_where_but_not_what_it_choked_on() -> None:
    line = JsonLines().format(raised(ValueError("the source code")))

    assert "the source code" not in line
    (error,) = json.loads(line)["errors"]
    assert error["type"] == "ValueError"
    assert "test_logs.py" in error["frames"][-1]


@pytest.fixture
def root() -> Iterator[logging.Logger]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    root.handlers = []
    yield root
    root.handlers, root.level = handlers, level


def test_logs_go_to_the_stream_line_by_line(root: logging.Logger) -> None:
    stream = io.StringIO()
    root.addHandler(logging.NullHandler())

    set_up_logging(stream, logging.INFO)
    logging.getLogger("stockade").info("one\ntwo")
    logging.getLogger("stockade").debug("not told")

    (line,) = stream.getvalue().splitlines()
    assert json.loads(line)["message"] == "one\ntwo"
    assert len(root.handlers) == 1
