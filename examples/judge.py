"""Judge a solution: judge.py SOLUTION.cpp INPUT EXPECTED_OUTPUT (files; without any, an example).

Exits with 0 if the solution is accepted. Needs the standard library only.
"""

from __future__ import annotations

import http.client
import json
import os
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

SERVER = urlsplit(os.environ.get("STOCKADE_URL", "http://127.0.0.1:8000"))
SUM = Path(__file__).parent / "programs" / "sum.cpp"
WAIT_S = 30


def ask(method: str, path: str, body: object = None) -> dict[str, Any]:
    """The server's answer. Raises ``SystemExit`` with the problem's words where it refuses."""
    connection = http.client.HTTPConnection(SERVER.netloc, timeout=WAIT_S + 10)
    connection.request(method, path, json.dumps(body), {"Content-Type": "application/json"})
    response = connection.getresponse()
    answer: dict[str, Any] = json.load(response)
    connection.close()
    if response.status >= http.HTTPStatus.BAD_REQUEST:
        raise SystemExit(f"{answer['title']} {answer['detail']}")
    return answer


def judge(source: str, stdin: str, expected_output: str) -> dict[str, Any]:
    """The finished job of a solution in C++."""
    submission = {
        "language": "cpp",
        "source": source,
        "stdin": stdin,
        "expected_output": expected_output,
        "limits": {"cpu_time_s": 1, "memory_bytes": 256 * 1024 * 1024},
    }
    job = ask("POST", f"/v1/submissions?wait={WAIT_S}", submission)
    # A busy server may answer before the result is there. Nothing is lost: it is asked again.
    while job["state"] in ("queued", "running"):
        job = ask("GET", f"/v1/submissions/{job['id']}?wait={WAIT_S}")
    return job


def main(files: list[str]) -> int:
    """Judge and tell; what to exit with."""
    texts = [Path(file).read_text() for file in files] or [SUM.read_text(), "19 23\n", "42\n"]
    job = judge(*texts)
    if job["failure"]:  # the server's fault: nothing is known about the program
        print(f"failed: {job['failure']}")
        return 3
    run = job["run"] or job["compile"]
    print(f"{job['verdict']}: {run['ending']}, {run['cpu_ms']:.1f} ms CPU")
    print(run["stderr"], end="")
    return 0 if job["verdict"] == "accepted" else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
