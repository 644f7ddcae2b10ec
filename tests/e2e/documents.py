"""What the tests of documents share: finding their parts, running them, masking what differs."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("examples/*.md")])
DOCUMENTED_SERVER = "http://127.0.0.1:8000"

_SHELL = re.compile(
    r"^```sh\n(.*?)^```\n(?:^```(\w+) (?:answer|output)\n(.*?)^```\n)?", re.M | re.S
)
_CONSOLE = re.compile(r"^```console\n(.*?)^```\n", re.M | re.S)
_FENCED = re.compile(r"^```.*?^```\n", re.M | re.S)
_LONGEST_S = 60
# Measured anew each time: figures with a unit, versions of toolchains, and these fields.
_FIGURE = re.compile(r"\d+\.\d+(?= ms| MiB)|(?<= )\d+(?:\.\d+)+$", re.M)
_MEASURED = {"id", "queue_ms", "cpu_ms", "wall_ms", "memory_bytes"}
_MORE = "..."


class Exchange(NamedTuple):
    """A command of a document, and what it says comes of it, if it says so. ``line`` is its own."""

    line: int
    command: str
    form: str = ""
    expected: str = ""


def text_of(name: str) -> str:
    """The text of a file of the project."""
    return (ROOT / name).read_text()


def without_code(text: str) -> str:
    """A document without its fenced blocks."""
    return _FENCED.sub("", text)


def exchanges_in(name: str) -> list[Exchange]:
    """Everything that a document says to run, in its order."""
    text = text_of(name)
    found = [*_shell_exchanges(text), *_console_exchanges(text)]
    return sorted(found, key=lambda exchange: exchange.line)


def _shell_exchanges(text: str) -> Iterator[Exchange]:
    for match in _SHELL.finditer(text):
        command, form, expected = match.groups(default="")
        yield Exchange(_line_of(text, match.start()), command, form, expected)


def _console_exchanges(text: str) -> Iterator[Exchange]:
    for match in _CONSOLE.finditer(text):
        for prompt in re.finditer(r"^\$ (.*\n)((?:(?!\$ ).*\n)*)", match[1], re.M):
            line = _line_of(text, match.start(1) + prompt.start())
            yield Exchange(line, prompt[1], "console", prompt[2])


def _line_of(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1


def tables_in(name: str) -> dict[str, list[list[str]]]:
    """The tables of a document by what heads their first column: rows of cells, as written."""
    tables = {}
    for block in re.findall(r"(?:^\|.*\|\n)+", without_code(text_of(name)), re.M):
        head, _, *rows = (
            [cell.strip() for cell in line[1:-1].split("|")] for line in block.split("\n")[:-1]
        )
        tables[head[0]] = rows
    return tables


def words_of(cell: str) -> list[str]:
    """What stands between back quotes in a cell."""
    return re.findall(r"`([^`]+)`", cell)


def clean_environment() -> dict[str, str]:
    """Our own, without what would configure a server, or make."""
    ours = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("STOCKADE_", "MAKE", "MFLAGS"))
    }
    return ours | {"PATH": f"{Path(sys.executable).parent}:{ours['PATH']}"}


def carry_out(command: str, url: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a document's command in a folder that looks like a checkout, against this server."""
    for name, target in (("examples", ROOT / "examples"), (".venv", Path(sys.prefix))):
        (folder / name).symlink_to(target)
    return subprocess.run(
        ["sh", "-c", command.replace(DOCUMENTED_SERVER, url)],
        cwd=folder,
        env=clean_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=_LONGEST_S,
        check=False,
    )


def check(exchange: Exchange, url: str, folder: Path) -> None:
    """Fail unless what comes of the command is what the document says."""
    said = carry_out(exchange.command, url, folder).stdout
    if exchange.form == "json":
        assert is_like(json.loads(said), json.loads(exchange.expected)), said
    else:
        assert _FIGURE.sub("#", said) == _FIGURE.sub("#", exchange.expected)


def is_like(value: Any, documented: Any) -> bool:  # noqa: ANN401 - JSON of any shape
    """Whether a value is the documented one but for what is measured, or cut short by "..."."""
    if isinstance(documented, dict):
        return (
            isinstance(value, dict)
            and value.keys() == documented.keys()
            and all(_is_field_like(name, value[name], documented[name]) for name in documented)
        )
    if isinstance(documented, list):
        if _MORE in documented:
            shown = documented[: documented.index(_MORE)]
            return bool(value[: len(shown)] == shown)
        return len(value) == len(documented) and all(map(is_like, value, documented))
    return bool(value == documented)


def _is_field_like(name: str, value: object, documented: object) -> bool:
    if name in _MEASURED or name.endswith("_at"):
        return type(value) is type(documented)
    return is_like(value, documented)
