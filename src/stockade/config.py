"""What an operator decides: one frozen class, every option with its unit, default and meaning.

Options come from ``STOCKADE_*`` variables and from the command line, which wins. They are read
once, at the start; nothing below asks the environment again.
"""

from __future__ import annotations

import difflib
import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from ipaddress import ip_address
from pathlib import Path

import msgspec

from stockade.core.errors import StockadeError
from stockade.core.limits import LIMITS_CEILING, Limits, MiB

PREFIX = "STOCKADE_"


class InvalidSetting(StockadeError):
    """An option that cannot be used; the message names it and says what would be right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The options. Times are seconds, sizes bytes.

    ``host`` and ``port``: where the server listens. ``data``: the folder of the database.
    ``slots``: how many programs run at the same time. ``insecure``: listen beyond loopback although
    nobody has to say who they are. ``body_bytes``: the largest request body. ``lease_s``: how long
    a worker's claim on a job holds without a heartbeat. ``drain_s``: how long programs may go on
    when the server is told to stop. The ``max_*`` are the most that a submission may ask for.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    data: Path = Path("data")
    slots: int = field(default_factory=lambda: os.cpu_count() or 1)
    insecure: bool = False
    body_bytes: int = 8 * MiB
    lease_s: float = 30.0
    drain_s: float = 30.0
    max_cpu_time_s: float = LIMITS_CEILING.cpu_time_s
    max_wall_time_s: float = LIMITS_CEILING.wall_time_s
    max_memory_bytes: int = LIMITS_CEILING.memory_bytes
    max_output_bytes: int = LIMITS_CEILING.output_bytes
    max_file_bytes: int = LIMITS_CEILING.file_bytes
    max_processes: int = LIMITS_CEILING.processes
    max_cpus: float = LIMITS_CEILING.cpus

    @property
    def ceiling(self) -> Limits:
        """The most that a submission may ask for."""
        return Limits(
            cpu_time_s=self.max_cpu_time_s,
            wall_time_s=self.max_wall_time_s,
            memory_bytes=self.max_memory_bytes,
            output_bytes=self.max_output_bytes,
            file_bytes=self.max_file_bytes,
            processes=self.max_processes,
            cpus=self.max_cpus,
        )

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach the server."""
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"


_NAMES = tuple(each.name for each in fields(Settings))
_LEAST = {"port": 1, "slots": 1, "body_bytes": 1, "lease_s": 1, "drain_s": 0}
_HIGHEST_PORT = 65535


def load_settings(environment: Mapping[str, str], **given: object) -> Settings:
    """The settings of these variables and of what the command line gave (None: not given).

    Raises ``InvalidSetting``.
    """
    options: dict[str, object] = {
        _option_of(variable): value
        for variable, value in environment.items()
        if variable.startswith(PREFIX)
    }
    options |= {name: value for name, value in given.items() if value is not None}
    try:
        settings = msgspec.convert(options, Settings, strict=False, dec_hook=_path)
    except msgspec.ValidationError as error:
        raise InvalidSetting(_told(str(error))) from error
    _check(settings)
    return settings


def _path(_kind: type, value: object) -> Path:
    """The one kind of option that msgspec does not know."""
    return Path(str(value))


def _option_of(variable: str) -> str:
    name = variable.removeprefix(PREFIX).lower()
    if name not in _NAMES:
        near = difflib.get_close_matches(name, _NAMES, n=1)
        meant = f" Did you mean {PREFIX}{near[0].upper()}?" if near else ""
        raise InvalidSetting(f"{variable} is not an option.{meant}")
    return name


def _told(message: str) -> str:
    """The message, with the option that is wrong in front instead of its path at the end."""
    problem, _, path = message.partition(" - at `$.")
    return f"{PREFIX}{path.rstrip('`').upper()}: {problem}." if path else message


def _check(settings: Settings) -> None:
    for name in _NAMES:
        value = getattr(settings, name)
        least = _LEAST.get(name, 0)
        if not isinstance(value, int | float):
            continue
        if not math.isfinite(value):
            raise InvalidSetting(f"{PREFIX}{name.upper()}: {value} is not a number to work with.")
        if value < least:
            raise InvalidSetting(f"{PREFIX}{name.upper()}: {value} is less than {least}.")
    if settings.port > _HIGHEST_PORT:
        raise InvalidSetting(f"{PREFIX}PORT: {settings.port} is more than {_HIGHEST_PORT}.")
    if not (settings.is_loopback or settings.insecure):
        raise InvalidSetting(
            f"{PREFIX}HOST: {settings.host} can be reached from other machines, and nobody has to"
            " say who they are. Listen on 127.0.0.1, or say --insecure if you mean it."
        )
