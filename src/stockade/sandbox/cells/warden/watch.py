"""How the parts of the warden share its one loop."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple


class Watch(NamedTuple):
    """How a slot asks the loop to call it when a descriptor is readable, and to stop."""

    add: Callable[[int, Callable[[], None]], None]
    remove: Callable[[int], None]
