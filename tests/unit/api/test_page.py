from __future__ import annotations

from base64 import b64encode
from hashlib import sha256

from stockade.api.page import CONTENT_SECURITY_POLICY, page_of

DOCUMENT = {
    "info": {"title": "<b>", "version": "1&2", "description": "Use `a<b`."},
    "paths": {
        "/x": {
            "get": {
                "summary": "<script>alert(1)</script>",
                "description": "",
                "responses": {
                    "200": {
                        "description": "Yes",
                        "content": {"text/plain": {"example": "</pre><script>"}},
                    }
                },
            }
        }
    },
    "components": {"schemas": {"A": {"enum": ["a", "b"]}, "B": {"properties": {"c": {}}}}},
}


def test_nothing_in_the_document_becomes_markup() -> None:
    page = page_of(DOCUMENT)

    assert "<script" not in page
    assert "<title>&lt;b&gt; 1&amp;2</title>" in page
    assert "Use <code>a&lt;b</code>." in page
    assert "<pre>&lt;/pre&gt;&lt;script&gt;</pre>" in page


def test_enums_and_properties_are_shown() -> None:
    page = page_of(DOCUMENT)

    assert "<code>a</code>, <code>b</code>" in page
    assert "<tr><td><code>c</code>" in page


def test_the_policy_allows_the_very_style_of_the_page() -> None:
    style = page_of(DOCUMENT).partition("<style>")[2].partition("</style>")[0]
    digest = b64encode(sha256(style.encode()).digest()).decode()

    assert f"'sha256-{digest}'" in CONTENT_SECURITY_POLICY
