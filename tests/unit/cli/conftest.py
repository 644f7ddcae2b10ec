"""Results as the API tells them, and a terminal that remembers what it was to show."""

from __future__ import annotations

import io
from base64 import b64encode
from collections.abc import Callable
from typing import Any

import pytest

Make = Callable[..., dict[str, Any]]


class Screen(io.TextIOWrapper):
    """Stands in for stdout or stderr; ``bytes_written`` is all that came through."""

    def __init__(self, *, is_terminal: bool) -> None:
        super().__init__(io.BytesIO(), encoding="utf-8", newline="\n")
        self._is_terminal = is_terminal

    def isatty(self) -> bool:
        return self._is_terminal

    @property
    def bytes_written(self) -> bytes:
        self.flush()
        assert isinstance(self.buffer, io.BytesIO)
        return self.buffer.getvalue()


@pytest.fixture
def make_run() -> Make:
    """A run that ended well and printed this."""

    def make(stdout: bytes = b"", stderr: bytes = b"", **other: object) -> dict[str, Any]:
        return {
            "ending": "exited",
            "exit_code": 0,
            "signal": None,
            "stdout_base64": b64encode(stdout).decode(),
            "stderr_base64": b64encode(stderr).decode(),
            "cpu_ms": 12.34,
            "wall_ms": 56.78,
            "memory_bytes": 3 * 1024 * 1024,
            **other,
        }

    return make


@pytest.fixture
def make_job(make_run: Make) -> Make:
    """A job that was accepted."""

    def make(**other: object) -> dict[str, Any]:
        usual = {"id": "1", "state": "finished", "verdict": "accepted", "failure": None}
        return {**usual, "compile": None, "run": make_run(b"out\n"), **other}

    return make


@pytest.fixture
def screens(monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[Screen, Screen]]:
    """Puts screens in the places of stdout and stderr: terminals or pipes."""

    def replace(*, are_terminals: bool) -> tuple[Screen, Screen]:
        out, err = (Screen(is_terminal=are_terminals) for _ in range(2))
        monkeypatch.setattr("sys.stdout", out)
        monkeypatch.setattr("sys.stderr", err)
        return out, err

    return replace
