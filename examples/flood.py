"""A hundred submissions at once, all waited for; ``flood.py COUNT`` sends as many as that.

Each thread holds one connection and keeps it. Needs the standard library only.
"""

from __future__ import annotations

import http.client
import json
import os
import statistics
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

SERVER = urlsplit(os.environ.get("STOCKADE_URL", "http://127.0.0.1:8000"))
CONNECTIONS = 16
WAIT_S = 60
_mine = threading.local()


def connect() -> None:
    """Give this thread a connection of its own."""
    _mine.connection = http.client.HTTPConnection(SERVER.netloc, timeout=WAIT_S + 10)


def submit(number: int) -> tuple[str, float]:
    """Have one program run; its verdict (or state, if it took too long) and milliseconds."""
    submission = {
        "language": "python",
        "source": f"print({number} ** 2)",
        "expected_output": str(number**2),
    }
    started_s = time.perf_counter()
    _mine.connection.request(
        "POST",
        f"/v1/submissions?wait={WAIT_S}",
        json.dumps(submission),
        {"Content-Type": "application/json"},
    )
    job = json.load(_mine.connection.getresponse())
    elapsed_ms = (time.perf_counter() - started_s) * 1000
    return job.get("verdict") or job.get("state") or job["title"], elapsed_ms


def main(count: int) -> int:
    """Flood and tell; what to exit with."""
    started_s = time.perf_counter()
    with ThreadPoolExecutor(CONNECTIONS, initializer=connect) as threads:
        answers = list(threads.map(submit, range(count)))
    elapsed_s = time.perf_counter() - started_s
    verdicts = Counter(verdict for verdict, _ in answers)
    median_ms = statistics.median(took_ms for _, took_ms in answers)
    print(", ".join(f"{number} {verdict}" for verdict, number in verdicts.items()))
    print(f"{count / elapsed_s:.0f} a second, median {median_ms:.0f} ms")
    return 0 if verdicts["accepted"] == count else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if sys.argv[1:] else 100))
