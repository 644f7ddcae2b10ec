"""The examples of the documentation, made by the code that makes real answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

from stockade.api.views import view_job, view_page
from stockade.core.job import Job, JobState, Result
from stockade.core.ports import Page
from stockade.core.run import Ending, Output, Run, Usage
from stockade.core.step import Isolation
from stockade.core.submission import File, Submission
from stockade.core.verdict import Verdict

REQUESTS: Mapping[str, Any] = MappingProxyType(
    {
        "hello": {
            "summary": "One file of text",
            "value": {
                "language": "python",
                "source": "print(f'Hello, {input()}!')\n",
                "stdin": "world\n",
                "expected_output": "Hello, world!",
            },
        },
        "files": {
            "summary": "Several files, an entry point, arguments, environment and limits",
            "value": {
                "language": "python",
                "files": [
                    {"name": "start.py", "content": "from lib.greet import greet\ngreet()\n"},
                    {
                        "name": "lib/greet.py",
                        "content": (
                            "import os, sys\n\ndef greet():\n"
                            "    print(os.environ['GREETING'], *sys.argv[1:])\n"
                        ),
                    },
                ],
                "entry": "start.py",
                "args": ["world"],
                "env": {"GREETING": "Hello"},
                "limits": {"cpu_time_s": 1, "memory_bytes": 134217728},
            },
        },
        "bytes": {
            "summary": "The same kinds of things as base64",
            "value": {
                "language": "bash",
                "source_base64": "Y2F0",
                "stdin_base64": "/wA=",
                "expected_output_base64": "/wA=",
            },
        },
    }
)

_CREATED_AT = datetime(2026, 1, 1, 12, 0, 0, tzinfo=UTC)
_QUEUED_JOB = Job(
    id="6b1f0c5e-3f6a-4c0e-9d57-0f6c2a1f7b3d",
    owner="local",
    submission=Submission(
        language="python", files=(File(name="main.py", content=b""),), entry="main.py"
    ),
    state=JobState.QUEUED,
    created_at=_CREATED_AT,
)
_RUN = Run(
    ending=Ending.EXITED,
    exit_code=0,
    signal=None,
    stdout=Output(data=b"Hello, world!\n", produced_bytes=14),
    stderr=Output(),
    usage=Usage(cpu_ms=14.2, wall_ms=16.8, memory_bytes=9_437_184, processes_peak=1),
)
_FINISHED_JOB = replace(
    _QUEUED_JOB,
    state=JobState.FINISHED,
    attempts=1,
    started_at=_CREATED_AT + timedelta(milliseconds=1.5),
    finished_at=_CREATED_AT + timedelta(milliseconds=19.75),
    result=Result(
        verdict=Verdict.ACCEPTED,
        compile=None,
        run=_RUN,
        isolation=Isolation(backend="cells", enforced=("pid namespace", "seccomp", "memory")),
    ),
)

QUEUED = view_job(_QUEUED_JOB)
FINISHED = view_job(_FINISHED_JOB)
LISTED = view_page(Page(jobs=(_FINISHED_JOB.summary,), next_cursor=None))
