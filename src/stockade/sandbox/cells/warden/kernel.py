"""The system calls that Python does not offer, each as one small function.

Numbers and structures are those of Linux's user-space headers, for x86-64 and arm64. Every failure
is an ``OSError`` with its errno. Calls are made holding the GIL (``PyDLL``): a raw ``clone`` that
let go of it would leave the child to take up a lock that nobody holds properly.
"""

from __future__ import annotations

import ctypes
import os
from typing import NamedTuple

from stockade.sandbox.cells.warden.files import read_text

_libc = ctypes.PyDLL(None, use_errno=True)
_syscall = _libc.syscall
_syscall.restype = ctypes.c_long

_NUMBERS = {
    "x86_64": {"clone": 56, "pivot_root": 155, "capget": 125, "capset": 126, "seccomp": 317},
    "aarch64": {"clone": 220, "pivot_root": 41, "capget": 90, "capset": 91, "seccomp": 277},
}
MACHINE = os.uname().machine
# Newer calls have one number on every architecture.
_SYS_CLONE3 = 435
_SYS_CLOSE_RANGE = 436
_SYS_OPENAT2 = 437
_SYS_MOUNT_SETATTR = 442

CLONE_NEWNS = 0x00020000
CLONE_NEWCGROUP = 0x02000000
CLONE_NEWUTS = 0x04000000
CLONE_NEWIPC = 0x08000000
CLONE_NEWUSER = 0x10000000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000
_CLONE_PIDFD = 0x00001000
_CLONE_INTO_CGROUP = 0x200000000
_SIGCHLD = 17

MS_RDONLY = 1
MS_NOSUID = 2
MS_NODEV = 4
MS_NOEXEC = 8
MS_REMOUNT = 32
MS_NOSYMFOLLOW = 256
MS_BIND = 4096
MS_REC = 16384
MS_PRIVATE = 1 << 18
MNT_DETACH = 2

_MOUNT_ATTR_RDONLY = 0x1
_MOUNT_ATTR_NOSUID = 0x2
_MOUNT_ATTR_NODEV = 0x4
_AT_FDCWD = -100
_AT_RECURSIVE = 0x8000

_PR_SET_PDEATHSIG = 1
_PR_GET_PDEATHSIG = 2
_PR_GET_DUMPABLE = 3
_PR_SET_DUMPABLE = 4
_PR_CAPBSET_DROP = 24
_PR_SET_SECUREBITS = 28
_PR_SET_NO_NEW_PRIVS = 38
_PR_CAP_AMBIENT = 47
_PR_CAP_AMBIENT_CLEAR_ALL = 4

# NOROOT, NO_SETUID_FIXUP left off (leaving uid 0 must drop everything), NO_CAP_AMBIENT_RAISE, and
# the lock bit of each, KEEP_CAPS included.
_SECUREBITS = 0x01 | 0x02 | 0x08 | 0x20 | 0x40 | 0x80

_SECCOMP_SET_MODE_FILTER = 1
_CAPABILITY_VERSION_3 = 0x20080522

RESOLVE_NO_XDEV = 0x01
RESOLVE_NO_MAGICLINKS = 0x02
RESOLVE_NO_SYMLINKS = 0x04
RESOLVE_BENEATH = 0x08


class Child(int):
    """The pid of a child made by :func:`clone`, with a descriptor that names it for ever."""

    pidfd: int


class _MountAttr(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint64) for name in ("set", "clear", "propagation", "userns_fd")]


class _OpenHow(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint64) for name in ("flags", "mode", "resolve")]


class _CloneArgs(ctypes.Structure):
    _fields_ = [
        (name, ctypes.c_uint64)
        for name in (
            "flags",
            "pidfd",
            "child_tid",
            "parent_tid",
            "exit_signal",
            "stack",
            "stack_size",
            "tls",
            "set_tid",
            "set_tid_size",
            "cgroup",
        )
    ]


class _SockFprog(ctypes.Structure):
    _fields_ = [("len", ctypes.c_ushort), ("filter", ctypes.c_char_p)]


class _CapHeader(ctypes.Structure):
    _fields_ = [("version", ctypes.c_uint32), ("pid", ctypes.c_int)]


class _CapData(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint32) for name in ("effective", "permitted", "inheritable")]


def _checked(result: int, what: str) -> int:
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{what}: {os.strerror(code)}")
    return result


def _number(name: str) -> int:
    return _NUMBERS[MACHINE][name]


def clone(flags: int = 0, *, cgroup: int | None = None) -> Child | None:
    """Fork, with new namespaces, optionally born into the cgroup v2 folder ``cgroup``.

    Returns None in the child, the child's pid and pidfd in the parent. Only for a process of one
    thread: there, locks are free and thread ids stay true, so that the fork handlers of libc and
    Python (which touch 200 pages, half a millisecond) have nothing to mend.
    """
    pidfd = ctypes.c_int(-1)
    if cgroup is None:
        number, parent_tid = _number("clone"), ctypes.byref(pidfd)
        pid = _syscall(number, flags | _CLONE_PIDFD | _SIGCHLD, None, parent_tid, None, None)
    else:
        pid = _clone_into(flags, cgroup, pidfd)
    if pid == 0:
        return None
    child = Child(_checked(pid, "clone"))
    child.pidfd = pidfd.value
    return child


def _clone_into(flags: int, cgroup: int, pidfd: ctypes.c_int) -> int:
    args = _CloneArgs(
        flags=flags | _CLONE_PIDFD | _CLONE_INTO_CGROUP,
        pidfd=ctypes.addressof(pidfd),
        exit_signal=_SIGCHLD,
        cgroup=cgroup,
    )
    return int(_syscall(_SYS_CLONE3, ctypes.byref(args), ctypes.sizeof(args)))


def unshare(flags: int) -> None:
    """Move this process into new namespaces."""
    _checked(_libc.unshare(flags), "unshare")


def mount(source: str, target: str, kind: str | None, flags: int, options: str = "") -> None:
    """Mount a file system, or change a mount, as the flags say."""
    result = _libc.mount(
        source.encode(),
        target.encode(),
        kind.encode() if kind else None,
        ctypes.c_ulong(flags),
        options.encode() or None,
    )
    _checked(result, f"mount {kind or 'bind'} on {target}")


def bind(source: str, target: str) -> None:
    """Make a file or tree of the host appear at ``target``, submounts included."""
    mount(source, target, None, MS_BIND | MS_REC)


def seal_tree(target: str) -> None:
    """Make a mount and all below it read-only, without set-uid programs and devices."""
    _set_mount_attributes(target, _MOUNT_ATTR_RDONLY | _MOUNT_ATTR_NOSUID | _MOUNT_ATTR_NODEV)


def seal_device(target: str) -> None:
    """Make the bind mount of a device node refuse changes of its inode."""
    _set_mount_attributes(target, _MOUNT_ATTR_RDONLY | _MOUNT_ATTR_NOSUID)


def _set_mount_attributes(target: str, attributes: int) -> None:
    attr = _MountAttr(set=attributes)
    result = _syscall(
        _SYS_MOUNT_SETATTR,
        _AT_FDCWD,
        target.encode(),
        _AT_RECURSIVE,
        ctypes.byref(attr),
        ctypes.c_size_t(ctypes.sizeof(attr)),
    )
    _checked(result, f"mount_setattr {target}")


def unmount(target: str) -> None:
    """Detach a mount, busy or not."""
    _checked(_libc.umount2(target.encode(), MNT_DETACH), f"umount {target}")


def pivot_root_here() -> None:
    """Make the current folder the root, and let the old root go."""
    # The old root is stacked on the new one by pivot_root(".", "."), then detached: see the
    # manual page's own example. No folder has to be made for it.
    _checked(_syscall(_number("pivot_root"), b".", b"."), "pivot_root")
    unmount(".")


def set_parent_death_signal(signal: int) -> None:
    """Be sent ``signal`` when the parent dies. Cleared by every change of uid."""
    _prctl(_PR_SET_PDEATHSIG, signal)


def forbid_dumping() -> None:
    """Keep /proc/PID and ptrace of this process from everybody of the same uid."""
    _prctl(_PR_SET_DUMPABLE, 0)


def allow_dumping() -> None:
    """Give /proc/self of this process, and of what it forks, back to its own uid."""
    _prctl(_PR_SET_DUMPABLE, 1)


def forbid_new_privileges() -> None:
    """Let no exec ever grant anything."""
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)


def narrow_capabilities(keep: frozenset[int] = frozenset()) -> None:
    """Empty the ambient set and drop all but ``keep`` from the bounding set."""
    _prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL)
    last = int(read_text("/proc/sys/kernel/cap_last_cap"))
    for capability in range(last + 1):
        if capability not in keep:
            _prctl(_PR_CAPBSET_DROP, capability)


def lock_securebits() -> None:
    """Make uid 0 nothing special at exec, and that for good."""
    _prctl(_PR_SET_SECUREBITS, _SECUREBITS)


def set_capabilities(keep: frozenset[int] = frozenset()) -> None:
    """Hold ``keep`` as effective and permitted capabilities and nothing else, none inheritable."""
    header = _CapHeader(version=_CAPABILITY_VERSION_3, pid=0)
    data = (_CapData * 2)()
    for capability in keep:
        word = data[capability // 32]
        word.effective |= 1 << capability % 32
        word.permitted |= 1 << capability % 32
    _checked(_syscall(_number("capset"), ctypes.byref(header), data), "capset")


class Standing(NamedTuple):
    """What a change of uid takes from a process, though it may be meant to come back."""

    capabilities: frozenset[int]
    is_dumpable: bool
    parent_death_signal: int


def read_standing() -> Standing:
    """What this process has of it."""
    header = _CapHeader(version=_CAPABILITY_VERSION_3, pid=0)
    data = (_CapData * 2)()
    _checked(_syscall(_number("capget"), ctypes.byref(header), data), "capget")
    effective = data[0].effective | data[1].effective << 32
    death_signal = ctypes.c_int(0)
    _checked(_libc.prctl(_PR_GET_PDEATHSIG, ctypes.byref(death_signal), 0, 0, 0), "prctl")
    return Standing(
        capabilities=frozenset(bit for bit in range(64) if effective >> bit & 1),
        is_dumpable=_checked(_libc.prctl(_PR_GET_DUMPABLE, 0, 0, 0, 0), "prctl") == 1,
        parent_death_signal=death_signal.value,
    )


def take_standing(standing: Standing) -> None:
    """Be as before: capabilities that are still permitted, dumpability, the parent's death."""
    parent = os.getppid()
    set_capabilities(standing.capabilities)
    _prctl(_PR_SET_DUMPABLE, int(standing.is_dumpable))
    set_parent_death_signal(standing.parent_death_signal)
    if standing.parent_death_signal and os.getppid() != parent:
        os.kill(os.getpid(), standing.parent_death_signal)  # it was not set when it mattered


def load_filter(program: bytes) -> None:
    """Put this process under a seccomp filter of raw BPF, for good."""
    prog = _SockFprog(len=len(program) // 8, filter=program)
    result = _syscall(_number("seccomp"), _SECCOMP_SET_MODE_FILTER, 0, ctypes.byref(prog))
    _checked(result, "seccomp")


def close_from(first: int) -> None:
    """Close every descriptor from ``first`` on."""
    # c_uint: a plain int of all ones would be passed as a signed one, its upper half undefined.
    last = ctypes.c_uint(0xFFFFFFFF)
    _checked(_syscall(_SYS_CLOSE_RANGE, first, last, 0), "close_range")


def open_beneath(folder: int, name: str, flags: int) -> int:
    """Open ``name`` under the folder descriptor: no link, no ``..``, no other file system."""
    how = _OpenHow(
        flags=flags | os.O_CLOEXEC,
        resolve=RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV,
    )
    size = ctypes.c_size_t(ctypes.sizeof(how))
    result = _syscall(_SYS_OPENAT2, folder, os.fsencode(name), ctypes.byref(how), size)
    return _checked(result, f"openat2 {name!r}")


def _prctl(option: int, value: int) -> None:
    arguments = [ctypes.c_ulong(each) for each in (value, 0, 0, 0)]
    _checked(_libc.prctl(option, *arguments), f"prctl {option}")
