"""``stockade serve`` as a user has it: a process of its own, real boxes, a real database."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest

# Waits end as soon as what they wait for is there; on no machine does that take so long.
PATIENCE_S = 30.0
_BETWEEN_LOOKS_S = 0.02
_PROC = Path("/proc")
_GROUPS = Path("/sys/fs/cgroup")
_STARTED_AT = 19


class Process(NamedTuple):
    """A process for good: its pid may be given to another one, but never with this start time."""

    pid: int
    started_at: str

    @property
    def is_alive(self) -> bool:
        """Whether it still is there, and not merely as a zombie that nobody has buried."""
        stat = _stat(self.pid)
        return stat is not None and stat[_STARTED_AT] == self.started_at and stat[0] != "Z"

    def status(self) -> Mapping[str, str]:
        """What the kernel tells of it."""
        lines = (_PROC / str(self.pid) / "status").read_text().splitlines()
        return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}

    def namespace(self, kind: str) -> str:
        """The namespace of this kind that it is in."""
        return str((_PROC / str(self.pid) / "ns" / kind).readlink())

    def children(self) -> list[Process]:
        """Whom it has started, oldest first."""
        pids = (_PROC / str(self.pid) / "task" / str(self.pid) / "children").read_text().split()
        return [child for pid in pids if (child := find_process(int(pid)))]

    def family(self) -> list[Process]:
        """Everybody below it."""
        below: list[Process] = []
        for child in self.children():
            with suppress(FileNotFoundError):
                below += [child, *child.family()]
        return below


def find_process(pid: int) -> Process | None:
    """The process that has this pid now."""
    stat = _stat(pid)
    return Process(pid, stat[_STARTED_AT]) if stat else None


def _stat(pid: int) -> list[str] | None:
    try:
        # The name, in brackets, may hold anything; what follows the last bracket is fields.
        return (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None


def wait_until(is_so: Callable[[], object], within_s: float = PATIENCE_S) -> None:
    """Wait until it is so; fail if it is not in time."""
    deadline = time.monotonic() + within_s
    while not is_so():
        assert time.monotonic() < deadline, f"it was not so within {within_s} s"
        time.sleep(_BETWEEN_LOOKS_S)


class Server:
    """One data folder and the server on it, which can be ended in any way and started again."""

    def __init__(
        self,
        folder: Path,
        *options: str,
        python: str = sys.executable,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
    ) -> None:
        self.data = folder / "data"
        self.port = _free_port()
        self.http = httpx.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=PATIENCE_S)
        self._log = folder / "log"
        self._cwd = cwd
        self._argv = [python, "-m", "stockade", "serve", "--data", str(self.data)]
        self._argv += ["--port", str(self.port), *options]
        self._env = clean_environment() | dict(env or {})
        self._popen: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        with self._log.open("wb") as log:
            self._popen = subprocess.Popen(
                self._argv, stdin=subprocess.DEVNULL, stderr=log, env=self._env, cwd=self._cwd
            )
        wait_until(self._answers_or_ended)
        assert self._popen.poll() is None, self.said

    def _answers_or_ended(self) -> bool:
        if self._running.poll() is not None:
            return True
        with suppress(httpx.TransportError):
            return self.http.get("/healthz").is_success
        return False

    @property
    def said(self) -> str:
        """What its last start has written on stderr so far."""
        return self._log.read_text()

    @property
    def _running(self) -> subprocess.Popen[bytes]:
        assert self._popen is not None, "it was never started"
        return self._popen

    @property
    def process(self) -> Process:
        """The server itself."""
        found = find_process(self._running.pid)
        assert found is not None
        return found

    @property
    def keeper(self) -> Process:
        """The server's only child, which keeps a warden alive."""
        (keeper,) = self.process.children()
        return keeper

    @property
    def warden(self) -> Process:
        """The keeper's only child, above all cells."""
        (warden,) = self.keeper.children()
        return warden

    def groups(self) -> Callable[[], list[Path]]:
        """A way to look for the control groups of this start, also when it is gone."""
        name = f"stockade-{self.keeper.pid}-{self.keeper.started_at}"

        def look() -> list[Path]:
            patterns = (name, f"*/{name}", f"*/*/{name}", f"*/*/*/{name}")
            return [group for pattern in patterns for group in _GROUPS.glob(pattern)]

        return look

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal."""
        self._running.send_signal(number)

    def end(self, within_s: float = PATIENCE_S) -> int:
        """Wait for its end; its exit code."""
        return self._running.wait(within_s)

    def kill(self) -> None:
        """What a power loss or the OOM killer does."""
        self._running.kill()
        self.end()

    def close(self) -> None:
        """Leave nothing behind."""
        self.http.close()
        if self._popen is not None and self._popen.poll() is None:
            family = self.process.family()
            self.kill()
            wait_until(lambda: not any(member.is_alive for member in family))

    def post(self, language: str, source: str, **more: object) -> str:
        """Submit a program; the id."""
        body = {"language": language, "source": source, **more}
        answer = self.http.post("/v1/submissions", json=body)
        assert answer.status_code == 202, answer.text
        return str(answer.json()["id"])

    def run(self, language: str, source: str, **more: object) -> dict[str, Any]:
        """Submit a program and wait for its result."""
        return self.result(self.post(language, source, **more))

    def get(self, job_id: str) -> dict[str, Any]:
        """The job as it is."""
        return self._job(job_id, wait=0)

    def result(self, job_id: str) -> dict[str, Any]:
        """The job once it is final."""
        job = self._job(job_id, wait=PATIENCE_S - 5)
        assert job["state"] in {"finished", "cancelled", "failed"}, job
        return job

    def _job(self, job_id: str, *, wait: float) -> dict[str, Any]:
        answer = self.http.get(f"/v1/submissions/{job_id}?wait={wait}&base64=true")
        assert answer.status_code == 200, answer.text
        job: dict[str, Any] = answer.json()
        return job

    def until_running(self, job_id: str) -> None:
        """Wait until a worker has taken the job."""
        wait_until(lambda: self.get(job_id)["state"] == "running")


MakeServer = Callable[..., Server]


def clean_environment() -> dict[str, str]:
    """Our own, without what would configure a server."""
    return {k: v for k, v in os.environ.items() if not k.startswith("STOCKADE_")}


def _free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


@contextmanager
def _servers(folder: Path) -> Iterator[MakeServer]:
    if os.geteuid() != 0:
        pytest.skip("the cells sandbox needs root")
    with ExitStack() as stack:

        def make(*options: str, **how: Any) -> Server:  # noqa: ANN401 - what Server takes
            server = Server(folder, *options, **how)
            stack.callback(server.close)
            server.start()
            return server

        yield make


@pytest.fixture
def until() -> Callable[..., None]:
    """Waits until a condition holds: ``until(is_so)``, ``until(is_so, within_s)``."""
    return wait_until


@pytest.fixture
def make_server(tmp_path: Path) -> Iterator[MakeServer]:
    """Starts a server of one's own; all are on the same folder."""
    with _servers(tmp_path) as make:
        yield make


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that tests share: nobody may end it, or mind the jobs of others."""
    with _servers(tmp_path_factory.mktemp("server")) as make:
        yield make("--slots", "2")


@pytest.fixture
def run_cli(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[bytes]]:
    """Carries out ``stockade`` in an empty folder; takes arguments, and what ``run`` takes.

    ``prefix`` is a command that carries out commands, in its own way.
    """

    def run(
        *arguments: str,
        prefix: Sequence[str] = (),
        **options: Any,  # noqa: ANN401 - what subprocess.run takes
    ) -> subprocess.CompletedProcess[bytes]:
        argv = [*prefix, sys.executable, "-m", "stockade", *arguments]
        usual: dict[str, Any] = {"env": clean_environment(), "cwd": tmp_path, "timeout": PATIENCE_S}
        ended: subprocess.CompletedProcess[bytes] = subprocess.run(
            argv, capture_output=True, check=False, **usual | options
        )
        return ended

    return run
