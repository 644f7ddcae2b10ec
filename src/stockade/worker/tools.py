"""What a worker works with, and at which pace."""

from __future__ import annotations

from dataclasses import dataclass

from stockade.core.ports import Channel, Clock, Queue, Sandbox
from stockade.languages.base import Catalogue
from stockade.telemetry.metrics import Metrics


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """The ports of a worker, the runtimes it has, and where it counts."""

    queue: Queue
    channel: Channel
    sandbox: Sandbox
    catalogue: Catalogue
    clock: Clock
    metrics: Metrics


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How often a worker renews its leases, how long it drains, how soon it tries again.

    ``heartbeat_s`` is well within the time that a lease holds, so that one missed beat loses
    nothing. ``retry_s`` is the first pause after a fault; each further one doubles it.
    """

    heartbeat_s: float = 8.0
    grace_s: float = 30.0
    retry_s: float = 0.1


DEFAULT_PACE = Pace()
