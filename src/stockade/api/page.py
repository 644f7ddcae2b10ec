"""The OpenAPI document as one plain page of HTML: no script, nothing from elsewhere.

It works without a network and under the strictest content security policy, which the usual
viewers (a script from a content delivery network) do not.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterable, Iterator
from hashlib import sha256
from html import escape
from typing import Any

from stockade.api.operations import example_of
from stockade.api.problems import Kind

Json = dict[str, Any]

STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
code, pre { font: 14px/1.4 ui-monospace, monospace }
pre { background: #8881; padding: .75rem; overflow-x: auto; border-radius: .25rem }
table { border-collapse: collapse; width: 100% }
td, th { text-align: left; vertical-align: top; padding: .25rem .75rem .25rem 0 }
tr + tr { border-top: 1px solid #8884 }
:root { color-scheme: light dark }
"""

_STYLE_HASH = b64encode(sha256(STYLE.encode()).digest()).decode()
CONTENT_SECURITY_POLICY = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def page_of(document: Json) -> str:
    """The page: every operation, every schema, every kind of problem."""
    info = document["info"]
    title = escape(f"{info['title']} {info['version']}")
    sections = [
        *_operations(document["paths"]),
        "<h2>Values</h2>",
        *_schemas(document["components"]["schemas"]),
        "<h2>Problems</h2>",
        *map(_problem, Kind),
    ]
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{STYLE}</style>'
        f"<h1>{title}</h1><p>{_text(info['description'])}</p>"
        '<p>The same as <a href="/openapi.json">openapi.json</a>.</p>'
        f"{''.join(sections)}</html>"
    )


def _operations(paths: Json) -> Iterator[str]:
    for path, methods in paths.items():
        for method, operation in methods.items():
            yield f"<h2><code>{method.upper()} {escape(path)}</code></h2>"
            yield f"<p><b>{_text(operation['summary'])}.</b> {_text(operation['description'])}</p>"
            yield _table((p["name"], p["description"]) for p in operation.get("parameters", ()))
            yield from _bodies("Request", operation.get("requestBody", {}))
            for status, response in operation["responses"].items():
                yield from _bodies(f"{status}: {response['description']}", response)


def _bodies(heading: str, body: Json) -> Iterator[str]:
    """The examples of a request or a response, folded away under its heading."""
    for content in body.get("content", {}).values():
        examples = [e["value"] for e in content.get("examples", {}).values()]
        shown = examples or [content["example"]]
        blocks = "".join(f"<pre>{_pretty(example)}</pre>" for example in shown)
        yield f"<details><summary>{_text(heading)}</summary>{blocks}</details>"


def _schemas(schemas: Json) -> Iterator[str]:
    for name, schema in sorted(schemas.items()):
        yield f'<h3 id="{escape(name)}"><code>{escape(name)}</code></h3>'
        yield f"<p>{_text(schema.get('description', ''))}</p>"
        if "enum" in schema:
            yield f"<p>{', '.join(f'<code>{escape(word)}</code>' for word in schema['enum'])}</p>"
        properties = schema.get("properties", {})
        yield _table((name, field.get("description", "")) for name, field in properties.items())


def _problem(kind: Kind) -> str:
    return (
        f'<h3 id="{kind.word}">{kind.status} <code>{kind.word}</code></h3>'
        f"<p>{_text(kind.title)}</p><pre>{_pretty(example_of(kind))}</pre>"
    )


def _table(rows: Iterable[tuple[str, str]]) -> str:
    cells = (f"<tr><td><code>{escape(a)}</code><td>{_text(b)}" for a, b in rows)
    return f"<table>{''.join(cells)}</table>"


def _text(text: str) -> str:
    """Escaped prose; what stands between back quotes becomes code."""
    pieces = escape(text).split("`")
    return "".join(f"<code>{p}</code>" if i % 2 else p for i, p in enumerate(pieces))


def _pretty(example: object) -> str:
    text = example if isinstance(example, str) else json.dumps(example, indent=2)
    return escape(text)
