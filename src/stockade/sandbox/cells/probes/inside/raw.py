"""Raw system calls, as a hostile program would make them, and children that may die of them."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable

_libc = ctypes.PyDLL(None, use_errno=True)
_syscall = _libc.syscall
_syscall.restype = ctypes.c_long

MACHINE = os.uname().machine
# What a program might want of the kernel and must not have, on x86-64 and on arm64.
# None: that machine has no such call.
NUMBERS = {
    "acct": (163, 89),
    "add_key": (248, 217),
    "bpf": (321, 280),
    "chroot": (161, 51),
    "clone": (56, 220),
    "clone3": (435, 435),
    "fanotify_init": (300, 262),
    "finit_module": (313, 273),
    "fsmount": (432, 432),
    "fsopen": (430, 430),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "io_uring_setup": (425, 425),
    "iopl": (172, None),
    "kcmp": (312, 272),
    "kexec_load": (246, 104),
    "keyctl": (250, 219),
    "mbind": (237, 235),
    "modify_ldt": (154, None),
    "mount": (165, 40),
    "mount_setattr": (442, 442),
    "move_mount": (429, 429),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    "open_tree": (428, 428),
    "perf_event_open": (298, 241),
    "personality": (135, 92),
    "pidfd_getfd": (438, 438),
    "pivot_root": (155, 41),
    "process_madvise": (440, 440),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "ptrace": (101, 117),
    "quotactl": (179, 60),
    "request_key": (249, 218),
    "setns": (308, 268),
    "settimeofday": (164, 170),
    "swapoff": (168, 225),
    "swapon": (167, 224),
    "syslog": (103, 116),
    "umount2": (166, 39),
    "unshare": (272, 97),
    "userfaultfd": (323, 282),
    "vmsplice": (278, 75),
}
_COLUMNS = {"x86_64": 0, "aarch64": 1}


def errno_of(name: str, *arguments: int) -> int:
    """Make a call; its errno, 0 where it was let through."""
    number = NUMBERS[name][_COLUMNS[MACHINE]]
    return errno_of_number(-1 if number is None else number, *arguments)


def errno_of_number(number: int, *arguments: int) -> int:
    """Make the call of this number; its errno, 0 where it was let through."""
    result = _syscall(ctypes.c_long(number), *(ctypes.c_long(each) for each in arguments))
    return ctypes.get_errno() if result < 0 else 0


def prctl(option: int, value: int = 0) -> int:
    """What ``prctl`` answers; below 0 where it was refused."""
    arguments = (ctypes.c_ulong(each) for each in (value, 0, 0, 0))
    return int(_libc.prctl(option, *arguments))


def fate_of(action: Callable[[], int]) -> int:
    """Do something in a child, which exits with what it returns: that, or minus the signal."""
    child = os.fork()
    if child == 0:
        code = 255
        try:
            code = action()
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    return -os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
