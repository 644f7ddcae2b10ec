"""What the operator decides about the API, and where authentication will come in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from starlette.requests import Request

from stockade.core.limits import MiB

# Without authentication the server listens on loopback, where it goes by these names only. A
# page whose own name was bound to 127.0.0.1 (DNS rebinding) still sends that name as Host.
LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "[::1]"})

# Who a request speaks for. Raises a ``Refusal`` once there is something to refuse.
OwnerOf = Callable[[Request], str]


def local_owner(_request: Request) -> str:
    """The owner of everything while there is no authentication."""
    return "local"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiSettings:
    """Caps of requests: the body as sent, its contents as decoded, the longest ``wait``.

    ``allowed_hosts`` are the names this server goes by, without a port; None allows any.
    """

    # Parsing holds at worst 33 times the body (measured: many small objects), for a moment.
    body_bytes: int = 8 * MiB
    content_bytes: int = 6 * MiB
    longest_wait_s: float = 60.0
    allowed_hosts: frozenset[str] | None = LOOPBACK_HOSTS
