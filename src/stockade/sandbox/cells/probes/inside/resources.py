"""Taking more than one's share. Only ever run in a box: outside of one, these are real bombs."""

from __future__ import annotations

import _thread
import errno
import os
import resource
import signal
import sys
import time
from collections.abc import Iterator

# What the table gives the probes; what a probe tries to take is four times as much.
MEMORY_BYTES = 48 << 20
PROCESSES = 8
CPU_TIME_S = 0.2
WALL_TIME_S = 0.3
CPUS = 0.2
OUTPUT_BYTES = 1 << 20
_TRIES = 4

_CHUNK = 1 << 20
_LOOK_FOR_S = 0.5
_PATIENCE_S = 10.0
# A share is had in slices; twice of it is no share any more.
_CLEARLY_MORE = 2
_MOST = {
    "RLIMIT_CORE": 0,
    "RLIMIT_MEMLOCK": 0,
    "RLIMIT_MSGQUEUE": 0,
    "RLIMIT_NICE": 0,
    "RLIMIT_NOFILE": 1024,
    "RLIMIT_RTPRIO": 0,
    "RLIMIT_SIGPENDING": 1024,
}


def memory() -> Iterator[str]:
    """Memory beyond the limit is not to be had: the box dies of it."""
    taken = bytearray()
    while len(taken) < _TRIES * MEMORY_BYTES:
        taken += b"x" * _CHUNK
    yield f"it held {len(taken) >> 20} MiB of {MEMORY_BYTES >> 20}"


def children_memory() -> Iterator[str]:
    """What a child takes is counted, and ends the whole box."""
    child = os.fork()
    if child == 0:
        try:
            [*memory()]
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    yield f"it outlived its child, which ended with wait status {status}"


def processes() -> Iterator[str]:
    """Forks beyond the limit are refused."""
    made = 1
    try:
        while made < _TRIES * PROCESSES:
            if os.fork() == 0:
                signal.pause()
            made += 1
    except BlockingIOError:
        pass
    if made > PROCESSES:
        yield f"there were {made} processes, {PROCESSES} allowed"


def threads() -> Iterator[str]:
    """Threads count as processes do."""
    made = 1
    try:
        while made < _TRIES * PROCESSES:
            _thread.start_new_thread(time.sleep, (_PATIENCE_S,))
            made += 1
    except RuntimeError:
        pass
    if made > PROCESSES:
        yield f"there were {made} threads, {PROCESSES} allowed"


def cpu_time() -> Iterator[str]:
    """CPU time beyond the limit is not to be had, children's included."""
    if os.fork() == 0:
        while True:
            pass
    while time.process_time() < _TRIES * CPU_TIME_S:
        pass
    yield f"it used {time.process_time():.1f} s of CPU time, {CPU_TIME_S} allowed"


def cpu_share() -> Iterator[str]:
    """A program gets its share of a processor, however idle the host is."""
    began_s, had_s = time.monotonic(), time.process_time()
    while time.monotonic() - began_s < _LOOK_FOR_S:
        pass
    share = (time.process_time() - had_s) / (time.monotonic() - began_s)
    if share > _CLEARLY_MORE * CPUS:
        yield f"it had {share:.0%} of a processor, {CPUS:.0%} allowed"


def wall_time() -> Iterator[str]:
    """Doing nothing does not help: the clock on the wall is the supervisor's."""
    time.sleep(_TRIES * WALL_TIME_S)
    yield f"it slept for {_TRIES * WALL_TIME_S:.1f} s, {WALL_TIME_S} allowed"


def output() -> Iterator[str]:
    """A flood of output ends the box."""
    for _ in range(_TRIES * OUTPUT_BYTES // _CHUNK):
        sys.stderr.write("x" * _CHUNK)
    yield f"it wrote {_TRIES * OUTPUT_BYTES >> 20} MiB, {OUTPUT_BYTES >> 20} allowed"


def resource_limits() -> Iterator[str]:
    """The kernel's own limits of a process are low, and cannot be raised."""
    for name, most in _MOST.items():
        which = getattr(resource, name)
        _, hard = resource.getrlimit(which)
        if hard < 0 or hard > most:
            yield f"{name} is {hard}"
        if _can_raise(which, hard):
            yield f"{name} can be raised"
    if os.getpriority(os.PRIO_PROCESS, 0) < 0 or _can_hurry():
        yield "it can get more than its turn"


def _can_raise(which: int, hard: int) -> bool:
    try:
        resource.setrlimit(which, (hard + 1, hard + 1))
    except (OSError, ValueError):
        return False
    return True


def _can_hurry() -> bool:
    try:
        os.nice(-1)
    except OSError as error:
        return error.errno not in (errno.EPERM, errno.EACCES)
    return True
