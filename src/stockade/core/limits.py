"""What a run may use, and the most and the least an operator lets a client ask for."""

from __future__ import annotations

from dataclasses import dataclass, fields

KiB = 1024
MiB = 1024 * KiB
GiB = 1024 * MiB


def wall_time_for(cpu_time_s: float) -> float:
    """The wall time that goes with a CPU time, in seconds, where the client names none.

    CPU time decides the verdict; wall time is slack for waiting and for a busy machine.
    """
    return 3 * cpu_time_s + 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one run may consume. Crossing any of the first five ends the run.

    Times are seconds, sizes bytes. ``processes`` counts threads too. ``output_bytes`` is what the
    program may write to stdout and stderr together, ``file_bytes`` what its workspace may hold.
    """

    cpu_time_s: float = 3.0
    wall_time_s: float = wall_time_for(3.0)
    memory_bytes: int = 512 * MiB
    output_bytes: int = 64 * MiB
    file_bytes: int = 64 * MiB
    processes: int = 64
    cpus: float = 1.0


LIMIT_NAMES = tuple(field.name for field in fields(Limits))
DEFAULT_LIMITS = Limits()
COMPILE_LIMITS = Limits(cpu_time_s=15.0, wall_time_s=wall_time_for(15.0), memory_bytes=GiB)

# Below these no runtime starts; a limit of nought has meant "no limit" elsewhere, so it is refused.
LIMITS_FLOOR = Limits(
    cpu_time_s=0.01,
    wall_time_s=0.01,
    memory_bytes=4 * MiB,
    output_bytes=1,
    file_bytes=64 * KiB,
    processes=1,
    cpus=0.05,
)

LIMITS_CEILING = Limits(
    cpu_time_s=60.0,
    wall_time_s=300.0,
    memory_bytes=4 * GiB,
    output_bytes=256 * MiB,
    file_bytes=GiB,
    processes=512,
    cpus=4.0,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutOfBounds:
    """A limit that lies outside what the operator allows: its name, the bound, which side."""

    name: str
    bound: float
    too_high: bool


def find_out_of_bounds(
    limits: Limits, *, floor: Limits = LIMITS_FLOOR, ceiling: Limits = LIMITS_CEILING
) -> OutOfBounds | None:
    """The first limit below the floor or above the ceiling; NaN counts as above."""
    for name in LIMIT_NAMES:
        value, lowest, highest = (getattr(each, name) for each in (limits, floor, ceiling))
        # Put this way round, NaN is too high: it is not at most anything.
        if not value <= highest:
            return OutOfBounds(name=name, bound=highest, too_high=True)
        if value < lowest:
            return OutOfBounds(name=name, bound=lowest, too_high=False)
    return None
