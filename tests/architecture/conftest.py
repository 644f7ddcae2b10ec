"""The sources as syntax trees, measured once."""

from __future__ import annotations

import ast
import io
import tokenize
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "stockade"
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True)
class Function:
    """One function or method, its docstring included."""

    place: str
    node: ast.FunctionDef | ast.AsyncFunctionDef

    @property
    def lines(self) -> int:
        assert self.node.end_lineno is not None
        return self.node.end_lineno - self.node.lineno + 1

    @property
    def is_public(self) -> bool:
        return not self.node.name.startswith("_")

    @property
    def is_documented(self) -> bool:
        return ast.get_docstring(self.node) is not None

    @property
    def annotations(self) -> list[ast.expr | None]:
        """Those of its parameters and of what it returns; None where there is none."""
        arguments = self.node.args
        named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        own = [each.annotation for each in named if each.arg not in ("self", "cls")]
        return [*own, self.node.returns]


@dataclass(frozen=True)
class Source:
    """One file of Python."""

    path: Path

    @cached_property
    def text(self) -> str:
        return self.path.read_text()

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @property
    def name(self) -> str:
        return str(self.path.relative_to(ROOT))

    @property
    def module(self) -> str:
        parts = self.path.relative_to(ROOT / "src").with_suffix("").parts
        return ".".join(parts).removesuffix(".__init__")

    @property
    def lines(self) -> int:
        return len(self.text.splitlines())

    @cached_property
    def functions(self) -> list[Function]:
        return [
            Function(f"{self.name}:{node.lineno} {node.name}", node)
            for node in ast.walk(self.tree)
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        ]

    @cached_property
    def filled_lines(self) -> set[int]:
        return {number for number, line in enumerate(self.text.splitlines(), 1) if line.strip()}

    @cached_property
    def comment_lines(self) -> set[int]:
        """The lines of docstrings, and those that are nothing but a comment."""
        reader = io.StringIO(self.text).readline
        found = {
            token.start[0]
            for token in tokenize.generate_tokens(reader)
            if token.type == tokenize.COMMENT and token.line.strip().startswith("#")
        }
        for node in ast.walk(self.tree):
            if isinstance(node, DOCUMENTED) and ast.get_docstring(node) is not None:
                docstring = node.body[0]
                assert docstring.end_lineno is not None
                found |= set(range(docstring.lineno, docstring.end_lineno + 1))
        return found & self.filled_lines

    @property
    def code_lines(self) -> int:
        return len(self.filled_lines) - len(self.comment_lines)


@pytest.fixture(scope="session")
def sources() -> list[Source]:
    """Everything that ships."""
    return [Source(path) for path in sorted(PACKAGE.rglob("*.py"))]


@pytest.fixture(scope="session")
def test_sources() -> list[Source]:
    """Everything that tests it."""
    return [Source(path) for path in sorted((ROOT / "tests").rglob("*.py"))]
