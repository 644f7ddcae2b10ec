"""Keeps browsers from being used against a server that trusts whoever can reach it.

A page of another site can make a visitor's browser send requests to loopback. Three things give
such a request away: its Host (DNS rebinding), its Origin, and that without asking first a browser
can only post what a form could, which is not JSON.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.types import Scope

from stockade.api.body import check_content_type, header
from stockade.api.problems import Kind, Refusal


def check_sender(scope: Scope, allowed_hosts: frozenset[str] | None) -> None:
    """Refuse (403, 415, 421) what a page of another site could have sent."""
    host = (header(scope, b"host") or b"").decode("latin-1").lower()
    if allowed_hosts is not None and _without_port(host) not in allowed_hosts:
        known = ", ".join(sorted(allowed_hosts))
        raise Refusal(Kind.FOREIGN_HOST, f"Use one of these names in the URL: {known}.")
    origin = header(scope, b"origin")
    if origin is not None and not _is_same(origin.decode("latin-1").lower(), host):
        raise Refusal(
            Kind.FOREIGN_ORIGIN, "The Origin header names another site. Send none, or this one's."
        )
    content_type = header(scope, b"content-type")
    if content_type is not None and scope["method"] == "POST":
        check_content_type(content_type)


def _without_port(host: str) -> str:
    name, colon, port = host.rpartition(":")
    # The last colon of "[::1]" is not in front of a port.
    return name if colon and port.isdigit() else host


def _is_same(origin: str, host: str) -> bool:
    try:
        return urlsplit(origin).netloc == host
    except ValueError:
        return False
