"""Logs as JSON lines: one event a line, whatever bytes a client managed to get into it.

JSON escapes every control character and, kept to ASCII, every odd code point: no text can end its
line, forge another or move a terminal's cursor. Of a foreign exception only the type and the
frames are told, since its message may quote what it choked on: source code, or a program's output.
"""

from __future__ import annotations

import json
import logging
import traceback
from datetime import UTC, datetime
from typing import TextIO

from stockade.core.errors import StockadeError

# Messages that quote neither source nor output: our own words, and the operating system's.
SPEAKING_ERRORS = (StockadeError, OSError)

# What every record has; anything else was passed as ``extra`` and is told.
_STANDARD_FIELDS = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime"}


class JsonLines(logging.Formatter):
    """One JSON object a record: time, level, logger, message, extras, and the exceptions."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line of ASCII."""
        event: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        # Ours come last in the line but never replace the four above.
        event |= {k: v for k, v in _extras(record).items() if k not in event}
        if record.exc_info and record.exc_info[1]:
            event["errors"] = _chain(record.exc_info[1])
        return json.dumps(event, default=str)


def _extras(record: logging.LogRecord) -> dict[str, object]:
    return {k: v for k, v in record.__dict__.items() if k not in _STANDARD_FIELDS}


def _chain(error: BaseException) -> list[dict[str, object]]:
    """The error and what caused it, outermost first."""
    chain: list[dict[str, object]] = []
    current: BaseException | None = error
    while current is not None:
        chain.append(_told(current))
        current = current.__cause__
    return chain


def _told(error: BaseException) -> dict[str, object]:
    frames = traceback.extract_tb(error.__traceback__)
    told: dict[str, object] = {"type": type(error).__name__}
    if isinstance(error, SPEAKING_ERRORS):
        told["message"] = str(error)
    return told | {"frames": [f"{f.filename}:{f.lineno} {f.name}" for f in frames]}


def set_up_logging(stream: TextIO, level: int = logging.INFO) -> None:
    """Send every logger's records to the stream as JSON lines, in place of what was set up."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    logging.basicConfig(handlers=[handler], level=level, force=True)
