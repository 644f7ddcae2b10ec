"""Init: PID 1 of a box. Mounts what the box adds, starts the program, reaps, reports, dies.

It was cloned from the cell into fresh PID, mount, IPC and UTS namespaces, and with its death the
kernel kills whatever is left in them. It runs as another uid than the program, is not dumpable and
holds no capability by the time the program could look at it; signals from inside do not reach a
PID 1. What it knows it says over one close-on-exec socket that the program never holds.
"""

from __future__ import annotations

import os
import signal
import socket
import time
from typing import NoReturn

from stockade.sandbox.cells.warden import bundle, identity, kernel
from stockade.sandbox.cells.warden.messages import Exited, Fault, Start, Workspace, send
from stockade.sandbox.cells.warden.program import Launch, launch
from stockade.sandbox.cells.warden.root import PROGRAM, WORKSPACE

_FOLDER_MODE = 0o755
_FILE_MODE = 0o644
_EXECUTABLE_MODE = 0o755
_BYTES_AN_INODE = 4096
_SHM_SHARE = 2
_CHUNK = 1 << 20


def live(start: Start, descriptors: tuple[int, ...], report: socket.socket, bpf: bytes) -> NoReturn:
    """Everything a box does, from its first instruction to its last."""
    try:
        kernel.set_parent_death_signal(signal.SIGKILL)
        kernel.forbid_dumping()
        launch_this = _prepare(start, descriptors, report, bpf)
        started_ns = time.monotonic_ns()
        program = kernel.clone()
        if program is None:
            launch(launch_this)
        _give_up_everything(report)
        status = _reap_until(program)
        _report(report, start.box, status, started_ns)
    except OSError as error:
        send(report, Fault(box=start.box, problem=str(error)))
    finally:
        os._exit(0)


def _prepare(
    start: Start, descriptors: tuple[int, ...], report: socket.socket, bpf: bytes
) -> Launch:
    bundled, *streams = descriptors
    header, offset = bundle.read_header(bundled)
    _mount_all(start)
    for file in header.files:
        _place(file, bundled, offset)
        offset += file.size
    os.close(bundled)
    if any(file.place == PROGRAM for file in header.files):
        _seal_program()
    if start.collect:
        _hand_out_workspace(start.box, report)
    return Launch(header.argv, header.env, tuple(streams), start, report, bpf)


def _mount_all(start: Start) -> None:
    flags = kernel.MS_NOSUID | kernel.MS_NODEV
    inodes = max(64, start.file_bytes // _BYTES_AN_INODE)
    size = f"size={start.file_bytes},nr_inodes={inodes}"
    owner = f"uid={identity.PROGRAM_ID},gid={identity.PROGRAM_ID}"
    kernel.mount("workspace", WORKSPACE, "tmpfs", flags, f"{size},mode=755,{owner}")
    kernel.mount("tmp", "/tmp", "tmpfs", flags, f"{size},mode=1777")  # noqa: S108 - the box's own
    shm = f"size={start.memory_bytes // _SHM_SHARE},nr_inodes={inodes},mode=1777"
    kernel.mount("shm", "/dev/shm", "tmpfs", flags | kernel.MS_NOEXEC, shm)  # noqa: S108 - the same
    # Only the folders of the box's own processes, and of those only its own uid's: the rest of
    # /proc (keys, interrupts, load, kernel settings) is simply not there, so nothing needs masking.
    options = "subset=pid,hidepid=invisible"
    kernel.mount("proc", "/proc", "proc", flags | kernel.MS_NOEXEC, options)


def _place(file: bundle.BundledFile, bundled: int, offset: int) -> None:
    # By path, and safely so: these file systems are minutes younger than any program that could
    # have put a link there, and the program of this box does not exist yet.
    if file.place == PROGRAM and not os.path.ismount(PROGRAM):
        flags = kernel.MS_NOSUID | kernel.MS_NODEV
        kernel.mount("program", PROGRAM, "tmpfs", flags, "mode=755")
    owner = identity.PROGRAM_ID if file.place == WORKSPACE else identity.CELL_ID
    _make_folders(file.place, file.name, owner)
    path = f"{file.place}/{file.name}"
    mode = _EXECUTABLE_MODE if file.executable else _FILE_MODE
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
    os.fchown(descriptor, owner, owner)
    os.lseek(bundled, offset, os.SEEK_SET)
    rest = file.size
    while rest:
        rest -= os.sendfile(descriptor, bundled, None, min(rest, _CHUNK))
    os.close(descriptor)


def _make_folders(place: str, name: str, owner: int) -> None:
    parts = name.split("/")[:-1]
    for depth in range(1, len(parts) + 1):
        folder = f"{place}/{'/'.join(parts[:depth])}"
        try:
            os.mkdir(folder, _FOLDER_MODE)
        except FileExistsError:
            continue
        os.chown(folder, owner, owner)


def _seal_program() -> None:
    flags = kernel.MS_REMOUNT | kernel.MS_RDONLY | kernel.MS_NOSUID | kernel.MS_NODEV
    kernel.mount("program", PROGRAM, None, flags)


def _hand_out_workspace(box: int, report: socket.socket) -> None:
    root = os.open(WORKSPACE, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    send(report, Workspace(box=box), [root])
    os.close(root)


def _give_up_everything(report: socket.socket) -> None:
    keep = report.fileno()
    os.dup2(keep, 0)
    kernel.close_from(1)
    identity.become(identity.INIT_ID)
    # A change of uid clears it, and makes a process dumpable again where it was the default.
    kernel.set_parent_death_signal(signal.SIGKILL)
    kernel.forbid_dumping()
    kernel.forbid_new_privileges()


def _reap_until(program: int) -> int:
    while True:
        pid, status = os.wait()
        if pid == program:
            return status


def _report(report: socket.socket, box: int, status: int, started_ns: int) -> None:
    ended_ns = time.monotonic_ns()
    message = Exited(
        box=box,
        status=status,
        started_ns=started_ns,
        ended_ns=ended_ns,
        overhead_ns=time.process_time_ns(),
    )
    with socket.socket(fileno=0) as sock:
        send(sock, message)
