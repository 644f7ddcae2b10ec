"""The baseline: the same programs without any sandbox, started the cheapest way there is."""

from __future__ import annotations

import os
import threading
import time

from benchmarks.figures import Times, own_cpu_ms

TRUE = ("/bin/true",)
# The very interpreter that the box runs, never a shim of the PATH.
HELLO = ("/usr/bin/python3", "-c", "print('hello')")
_QUIET = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]


def spawn(argv: tuple[str, ...]) -> float:
    """Run a program and wait for it; milliseconds."""
    before = time.perf_counter()
    os.waitpid(os.posix_spawn(argv[0], argv, {}, file_actions=_QUIET), 0)
    return (time.perf_counter() - before) * 1000


def one_by_one(argv: tuple[str, ...], count: int) -> Times:
    """So many executions in a row."""
    return Times([spawn(argv) for _ in range(count)])


def cpu_ms_each(argv: tuple[str, ...], count: int) -> float:
    """CPU time of one execution, starting it included."""
    before = own_cpu_ms()
    one_by_one(argv, count)
    return (own_cpu_ms() - before) / count


def rate_on_both_cores(argv: tuple[str, ...], seconds: float) -> float:
    """Executions a second with as many at a time as there are cores."""
    ends_at = time.perf_counter() + seconds
    counts = [0] * (os.cpu_count() or 1)

    def work(place: int) -> None:
        while time.perf_counter() < ends_at:
            spawn(argv)
            counts[place] += 1

    threads = [threading.Thread(target=work, args=(place,)) for place in range(len(counts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / seconds
