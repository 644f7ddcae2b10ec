"""Calling the kernel: what the filter refuses, foreign ABIs, sockets, namespaces of one's own."""

from __future__ import annotations

import ctypes
import errno
import mmap
import signal
import socket
from collections.abc import Iterator
from functools import partial

from .main import Untried
from .raw import MACHINE, NUMBERS, errno_of, errno_of_number, fate_of

# Whatever it means to a call, no call accepts it: what no filter stops fails with another errno
# than EPERM, and does nothing.
_NONSENSE = (-1,) * 6
# Of these some uses are needed; they have probes of their own.
_JUDGED_BY_ARGUMENTS = {"clone", "clone3", "personality"}
_REFUSED = (errno.EPERM, errno.ENOSYS)
_ADDR_NO_RANDOMIZE = 0x0040000

_X32_GETPID = 0x40000000 | 39
# mov eax, 20 (getpid of i386); int 0x80; ret
_I386_GETPID = b"\xb8\x14\x00\x00\x00\xcd\x80\xc3"

_LOCAL_FAMILIES = (socket.AF_UNIX, socket.AF_INET, socket.AF_INET6)
_LAST_FAMILY = 63
_KINDS = (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW, socket.SOCK_SEQPACKET)

_SIGCHLD = 17
_NEW_USER = 0x10000000
_NAMESPACES = {
    "mount": 0x00020000,
    "cgroup": 0x02000000,
    "uts": 0x04000000,
    "ipc": 0x08000000,
    "user": _NEW_USER,
    "pid": 0x20000000,
    "network": 0x40000000,
}


def dangerous() -> Iterator[str]:
    """What breaks kernels and containers is refused before the kernel looks at it."""
    for name in sorted(NUMBERS.keys() - _JUDGED_BY_ARGUMENTS):
        if errno_of(name, *_NONSENSE) not in _REFUSED:
            yield f"{name} reaches the kernel"
    if errno_of("personality", _ADDR_NO_RANDOMIZE) != errno.EPERM:
        yield "personality may turn off address randomisation"


def hidden_flags() -> Iterator[str]:
    """clone3, whose flags a filter cannot read, does not exist, so that libraries use clone."""
    if errno_of("clone3", 0, 0) != errno.ENOSYS:
        yield "clone3 exists"


def foreign_abis() -> Iterator[str]:
    """A call in another ABI than the machine's own kills whoever makes it."""
    if MACHINE != "x86_64":
        raise Untried(f"no second ABI is known for {MACHINE}")
    if fate_of(partial(errno_of_number, _X32_GETPID)) != -signal.SIGSYS:
        yield "calls of x32 are answered"
    if fate_of(_call_as_i386) >= 0:
        yield "calls of i386 are answered"


def _call_as_i386() -> int:
    code = mmap.mmap(-1, mmap.PAGESIZE, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    code.write(_I386_GETPID)
    address = ctypes.addressof(ctypes.c_char.from_buffer(code))
    ctypes.CFUNCTYPE(ctypes.c_int)(address)()
    return 0


def socket_families() -> Iterator[str]:
    """Only local and internet sockets exist; pairs are local."""
    for family in range(_LAST_FAMILY + 1):
        for kind in _KINDS:
            if family not in _LOCAL_FAMILIES and not _is_unknown(family, kind):
                yield f"socket family {family}, kind {kind:d} reaches the kernel"
    for family in (socket.AF_INET, socket.AF_INET6):
        if _errno_of_pair(family) != errno.EAFNOSUPPORT:
            yield f"pairs of family {family:d} reach the kernel"


def _is_unknown(family: int, kind: int) -> bool:
    try:
        socket.socket(family, kind).close()
    except OSError as error:
        return error.errno == errno.EAFNOSUPPORT
    return False


def _errno_of_pair(family: int) -> int:
    """Make a pair of connected sockets; the errno, 0 where it was made."""
    try:
        for end in socket.socketpair(family):
            end.close()
    except OSError as error:
        return error.errno or 0
    return 0


def nested_namespaces() -> Iterator[str]:
    """No namespace can be made, in any of the ways."""
    for name, flag in _NAMESPACES.items():
        # Alone, some would be refused for want of a capability; a user namespace brings that.
        flags = flag | _NEW_USER
        if fate_of(partial(errno_of, "unshare", flags)) != errno.EPERM:
            yield f"unshare may make a {name} namespace"
        if fate_of(partial(errno_of, "clone", flags | _SIGCHLD)) != errno.EPERM:
            yield f"clone may make a {name} namespace"
