"""Who holds which power while a server runs, and that it works below folders closed to others."""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import stockade
from stockade.sandbox.cells.warden import identity

if TYPE_CHECKING:
    from tests.e2e.conftest import MakeServer, Process, Server

CAPABILITY_SETS = ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")
LISTENING = "0A"


def capabilities(process: Process, kind: str) -> set[int]:
    """The numbers of the capabilities in one of its sets."""
    mask = int(process.status()[kind], 16)
    return {number for number in range(mask.bit_length()) if mask >> number & 1}


def test_the_server_is_nobody_and_can_become_nobody_else(server: Server) -> None:
    status = server.process.status()

    owner = str(identity.server_id())
    assert status["Uid"].split() == [owner] * 4
    assert status["Gid"].split() == [owner] * 4
    assert status["Groups"] == ""
    assert status["NoNewPrivs"] == "1"
    for kind in CAPABILITY_SETS:
        assert capabilities(server.process, kind) == set(), kind


def test_the_keeper_and_the_warden_hold_what_their_code_names_and_no_more(server: Server) -> None:
    for process, named in (
        (server.keeper, identity.KEEPER_CAPABILITIES),
        (server.warden, identity.WARDEN_CAPABILITIES),
    ):
        assert capabilities(process, "CapEff") == named
        assert capabilities(process, "CapPrm") == named
        assert capabilities(process, "CapAmb") == set()
        assert process.status()["NoNewPrivs"] == "1"


def test_every_cell_is_in_namespaces_of_its_own_as_a_uid_of_its_own(server: Server) -> None:
    cells = server.warden.children()

    assert len(cells) == 2
    for kind in ("user", "net", "mnt", "cgroup"):
        spaces = {cell.namespace(kind) for cell in cells} | {server.warden.namespace(kind)}
        assert len(spaces) == 3, kind
    uids = {cell.status()["Uid"].split()[0] for cell in cells}
    assert uids == {str(identity.host_id(slot, 0)) for slot in range(2)}


def test_programs_are_uids_of_their_own_in_namespaces_of_their_own(
    server: Server, until: Callable[..., None]
) -> None:
    ids = [server.post("bash", "sleep 1.3") for _ in range(2)]
    owners = {str(identity.host_id(slot, identity.PROGRAM_OFFSET)) for slot in range(2)}

    def programs() -> list[Process]:
        family = server.warden.family()
        return [each for each in family if each.status()["Uid"].split()[0] in owners]

    until(lambda: len({each.namespace("pid") for each in programs()}) == 2)
    found = programs()
    for kind in ("pid", "mnt", "ipc", "uts", "net", "user"):
        assert not {each.namespace(kind) for each in found} & {server.process.namespace(kind)}
    for each in found:
        assert capabilities(each, "CapEff") == capabilities(each, "CapBnd") == set()
        assert each.status()["Seccomp"] == "2"
    assert [server.result(job_id)["verdict"] for job_id in ids] == ["accepted"] * 2


def test_nothing_listens_but_the_port(server: Server) -> None:
    family = [server.process, *server.process.family()]
    spaces = {member.namespace("net"): member for member in family}

    ports = [port for member in spaces.values() for port in listening_ports(member, family)]

    assert ports == [server.port]


def listening_ports(member: Process, owners: list[Process]) -> list[int]:
    """The TCP and UDP ports in the network of one that are held open by one of the others."""
    inodes = {inode for owner in owners for inode in sockets_of(owner)}
    ports = []
    for kind in ("tcp", "tcp6", "udp", "udp6"):
        lines = Path(f"/proc/{member.pid}/net/{kind}").read_text().splitlines()[1:]
        for fields in map(str.split, lines):
            if fields[9] in inodes and (fields[3] == LISTENING or kind.startswith("udp")):
                ports.append(int(fields[1].rpartition(":")[2], 16))
    return ports


def sockets_of(process: Process) -> list[str]:
    targets = []
    for descriptor in Path(f"/proc/{process.pid}/fd").iterdir():
        try:
            targets.append(str(descriptor.readlink()))
        except FileNotFoundError:  # closed since
            continue
    return [target[8:-1] for target in targets if target.startswith("socket:[")]


def test_the_database_is_for_the_server_alone(server: Server) -> None:
    assert server.data.stat().st_mode & 0o077 == 0
    for file in server.data.iterdir():
        assert file.stat().st_mode & 0o077 == 0, file
        assert file.stat().st_uid == identity.server_id()


@pytest.fixture
def closed_clone(tmp_path: Path) -> Path:
    """The project and an environment of its own in a folder that only root may enter."""
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    clone = closed / "clone"
    source = Path(stockade.__file__).parent
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(source, clone / "src" / "stockade", ignore=ignored)
    venv.create(clone / ".venv", symlinks=True)
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    packages = clone / ".venv" / "lib" / version / "site-packages"
    paths = (clone / "src", sysconfig.get_path("purelib"))
    (packages / "clone.pth").write_text("".join(f"{path}\n" for path in paths))
    return clone


def python_of(clone: Path) -> str:
    return str(clone / ".venv" / "bin" / "python")


def test_a_clone_below_a_folder_that_only_root_may_enter_serves(
    make_server: MakeServer, closed_clone: Path
) -> None:
    server = make_server("--slots", "1", python=python_of(closed_clone), cwd=closed_clone)

    job = server.run("python", "print('hello')")

    assert (job["verdict"], job["run"]["stdout"]) == ("accepted", "hello\n")
    # What is imported only when it is asked for, is still in reach.
    assert server.http.get("/docs").status_code == 200
    assert server.http.get("/openapi.json").status_code == 200
    assert server.http.get("/metrics").status_code == 200


def test_a_data_folder_below_a_closed_folder_works_from_within_that_folder(
    make_server: MakeServer, tmp_path: Path
) -> None:
    server = make_server("--slots", "1", cwd=tmp_path)

    assert server.run("bash", "echo hello")["run"]["stdout"] == "hello\n"


def test_a_clone_that_only_root_may_read_says_how_to_let_the_server_read_it(
    closed_clone: Path,
) -> None:
    subprocess.run(["chmod", "-R", "go-rwx", str(closed_clone)], check=True)
    argv = [python_of(closed_clone), "-m", "stockade", "languages"]

    ended = subprocess.run(argv, capture_output=True, text=True, cwd="/", check=False)

    assert ended.returncode == 3, ended.stderr
    assert ended.stderr.startswith("Error: Without root, the server cannot read its own code.")
    assert f"chmod -R go+rX {closed_clone}" in ended.stderr
