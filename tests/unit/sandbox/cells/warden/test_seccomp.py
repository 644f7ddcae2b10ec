"""The policy: what is allowed, what is refused, and that the filter says just that."""

from __future__ import annotations

import ctypes
import errno
import socket
import subprocess
import sys
from collections.abc import Callable

import pytest

from stockade.sandbox.cells.warden import bpf, kernel
from stockade.sandbox.cells.warden.seccomp import ALLOWED, REFUSED, compile_filter

Decide = Callable[..., int]

ARCHITECTURE = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}[kernel.MACHINE]
LAST_NUMBER = 700
NO_MEMORY = bpf.errno_action(errno.ENOMEM)
EPERM, ENOSYS = bpf.errno_action(errno.EPERM), bpf.errno_action(errno.ENOSYS)
EAFNOSUPPORT = bpf.errno_action(errno.EAFNOSUPPORT)
BY_ARGUMENT = {"clone", "personality", "socket", "socketpair"}
# What public breaks of sandboxes and kernels went through; none of it may ever be let through.
# Refused where they name PID 1, or ask for huge pages; allowed otherwise.
BY_PROCESS = (
    "kill",
    "pidfd_open",
    "prlimit64",
    "rt_sigqueueinfo",
    "rt_tgsigqueueinfo",
    "sched_setaffinity",
    "sched_setattr",
    "sched_setparam",
    "sched_setscheduler",
    "tgkill",
    "tkill",
)
HUGE = {"mmap": (3, 0x40000), "memfd_create": (1, 0x4), "shmget": (2, 0o4000)}

DANGEROUS = """
acct add_key bpf chroot clone3 delete_module fanotify_init finit_module fsconfig fsmount fsopen
init_module io_uring_enter io_uring_register io_uring_setup ioperm iopl kexec_file_load kexec_load
keyctl modify_ldt mount mount_setattr move_mount name_to_handle_at open_by_handle_at open_tree
perf_event_open pidfd_getfd pivot_root process_madvise process_vm_readv process_vm_writev ptrace
quotactl reboot request_key setns swapoff swapon syslog umount2 unshare userfaultfd vmsplice
landlock_create_ruleset memfd_secret quotactl_fd set_mempolicy_home_node statmount listmount
lsm_set_self_attr map_shadow_stack
""".split()  # noqa: SIM905 - three dozen names read better as text


@pytest.fixture(scope="module")
def program() -> bytes:
    return compile_filter()


def number_of(name: str) -> int:
    library = ctypes.CDLL("libseccomp.so.2")
    return int(library.seccomp_syscall_resolve_name(name.encode()))


def expected_actions() -> dict[int, int]:
    """The policy by number, as far as no argument decides."""
    actions = {number_of(name): bpf.ALLOW for name in ALLOWED}
    actions |= {number_of(name): EPERM for name in REFUSED}
    return {number: action for number, action in actions.items() if number >= 0}


def test_no_call_is_named_twice() -> None:
    names = [*ALLOWED, *REFUSED, *BY_ARGUMENT, *BY_PROCESS, *HUGE, "setpriority"]

    assert len(set(names)) == len(names)


@pytest.mark.parametrize("name", DANGEROUS)
def test_a_dangerous_call_is_not_let_through(decide: Decide, program: bytes, name: str) -> None:
    number = number_of(name)

    assert name not in ALLOWED
    if number >= 0:
        for argument in (0, 1, 2**32 - 1):
            action = decide(program, number, [argument] * 6, architecture=ARCHITECTURE)
            assert action in (EPERM, ENOSYS)


def test_every_number_is_answered_as_the_policy_says(decide: Decide, program: bytes) -> None:
    expected = expected_actions()
    by_argument = {number_of(n) for n in (*BY_ARGUMENT, *BY_PROCESS, *HUGE, "setpriority")}

    for number in set(range(LAST_NUMBER)) - by_argument:
        action = decide(program, number, architecture=ARCHITECTURE)
        assert action == expected.get(number, ENOSYS), number


def test_names_unknown_here_take_no_number_away_from_others() -> None:
    # libseccomp answers -1 for a name it does not know, and below for those of other machines.
    assert number_of("no_such_call") == -1
    assert min(expected_actions()) == 0


@pytest.mark.parametrize("family", range(64))
def test_sockets_are_of_the_allowed_families(decide: Decide, program: bytes, family: int) -> None:
    allowed = family in (socket.AF_UNIX, socket.AF_INET, socket.AF_INET6)
    is_local = family == socket.AF_UNIX

    one = decide(program, number_of("socket"), [family, 1, 0], architecture=ARCHITECTURE)
    two = decide(program, number_of("socketpair"), [family, 1, 0], architecture=ARCHITECTURE)

    assert one == (bpf.ALLOW if allowed else EAFNOSUPPORT)
    assert two == (bpf.ALLOW if is_local else EAFNOSUPPORT)


@pytest.mark.parametrize(
    "flag",
    [0x00020000, 0x02000000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000],
)
def test_no_clone_makes_a_namespace(decide: Decide, program: bytes, flag: int) -> None:
    fork, thread = 17, 0x3D0F00

    for plain in (fork, thread):
        call = number_of("clone")
        assert decide(program, call, [plain], architecture=ARCHITECTURE) == bpf.ALLOW
        assert decide(program, call, [plain | flag], architecture=ARCHITECTURE) == EPERM


@pytest.mark.parametrize(
    ("persona", "action"),
    [(0, bpf.ALLOW), (0xFFFFFFFF, bpf.ALLOW), (0x0040000, EPERM), (0x0400000, EPERM), (8, EPERM)],
)
def test_the_personality_stays_plain(
    decide: Decide, program: bytes, persona: int, action: int
) -> None:
    call = number_of("personality")

    assert decide(program, call, [persona], architecture=ARCHITECTURE) == action


def test_any_call_is_decided_in_few_steps(program: bytes) -> None:
    # Loading costs by the instruction, for each box; this is what keeps a filter at 30 us.
    assert len(program) // 8 < 300


def test_the_kernel_takes_the_filter_and_obeys_it() -> None:
    script = (
        "import os, ctypes\n"
        "from stockade.sandbox.cells.warden import kernel, seccomp\n"
        "kernel.forbid_new_privileges()\n"
        "kernel.load_filter(seccomp.compile_filter())\n"
        "libc = ctypes.CDLL(None, use_errno=True)\n"
        "libc.unshare(0)\n"
        "print(ctypes.get_errno(), os.getpid() > 0)\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True
    )

    assert done.stdout == f"{errno.EPERM} True\n"


@pytest.mark.parametrize("name", BY_PROCESS)
def test_no_call_reaches_the_first_process_by_its_number(
    decide: Decide, program: bytes, name: str
) -> None:
    number = number_of(name)

    for pid, action in ((0, bpf.ALLOW), (1, EPERM), (2, bpf.ALLOW), (1 | 1 << 32, EPERM)):
        assert decide(program, number, [pid, 0, 0], architecture=ARCHITECTURE) == action


@pytest.mark.parametrize("who", [1, 1000])
def test_no_priority_is_set_for_the_first_process_or_a_whole_user(
    decide: Decide, program: bytes, who: int
) -> None:
    number = number_of("setpriority")

    assert decide(program, number, [2, who, 19], architecture=ARCHITECTURE) == EPERM
    assert decide(program, number, [0, 0, 19], architecture=ARCHITECTURE) == bpf.ALLOW


@pytest.mark.parametrize("name", HUGE)
def test_huge_pages_are_refused(decide: Decide, program: bytes, name: str) -> None:
    place, bit = HUGE[name]
    flags = [0, 0, 0, 0, 0, 0]
    asked = [*flags[:place], bit, *flags[place + 1 :]]

    assert decide(program, number_of(name), flags, architecture=ARCHITECTURE) == bpf.ALLOW
    assert decide(program, number_of(name), asked, architecture=ARCHITECTURE) == NO_MEMORY
