"""The system calls a program may make: an allow-list, compiled once by libseccomp into a tree.

What is not listed does not exist (``ENOSYS``: libraries fall back as on an older kernel); what is
refused on purpose is ``EPERM``; a call of a foreign architecture (i386, x32) kills the program.
Loading a linear filter costs half a millisecond a box, the same policy as a tree a twentieth.
"""

from __future__ import annotations

import ctypes
import errno
import os
import socket
from collections.abc import Callable

from stockade.sandbox.cells.warden.kernel import (
    CLONE_NEWCGROUP,
    CLONE_NEWIPC,
    CLONE_NEWNET,
    CLONE_NEWNS,
    CLONE_NEWPID,
    CLONE_NEWUSER,
    CLONE_NEWUTS,
)

ALLOWED = """
accept accept4 access alarm arch_prctl bind brk cachestat capget capset chdir chmod chown
clock_getres clock_gettime clock_nanosleep close close_range connect copy_file_range creat dup
dup2 dup3 epoll_create epoll_create1 epoll_ctl epoll_ctl_old epoll_pwait epoll_pwait2 epoll_wait
epoll_wait_old eventfd eventfd2 execve execveat exit exit_group faccessat faccessat2 fadvise64
fallocate fchdir fchmod fchmodat fchmodat2 fchown fchownat fcntl fdatasync fgetxattr flistxattr
flock fork fremovexattr fsetxattr fstat fstatfs fsync ftruncate futex futex_requeue futex_wait
futex_waitv futex_wake futimesat get_mempolicy get_robust_list get_thread_area getcpu getcwd
getdents getdents64 getegid geteuid getgid getgroups getitimer getpeername getpgid getpgrp getpid
getppid getpriority getrandom getresgid getresuid getrlimit getrusage getsid getsockname
getsockopt gettid gettimeofday getuid getxattr inotify_add_watch inotify_init inotify_init1
inotify_rm_watch ioctl ioprio_get kill lchown lgetxattr link linkat listen listxattr llistxattr
lremovexattr lseek lsetxattr lstat madvise membarrier memfd_create mincore mkdir mkdirat mknod
mknodat mlock mlock2 mlockall mmap mprotect mq_getsetattr mq_notify mq_open mq_timedreceive
mq_timedsend mq_unlink mremap mseal msgctl msgget msgrcv msgsnd msync munlock munlockall munmap
nanosleep newfstatat open openat openat2 pause pidfd_open pidfd_send_signal pipe pipe2 pkey_alloc
pkey_free pkey_mprotect poll ppoll prctl pread64 preadv preadv2 prlimit64 pselect6 pwrite64
pwritev pwritev2 read readahead readlink readlinkat readv recvfrom recvmmsg recvmsg removexattr
rename renameat renameat2 restart_syscall riscv_flush_icache rmdir rseq rt_sigaction rt_sigpending
rt_sigprocmask rt_sigqueueinfo rt_sigreturn rt_sigsuspend rt_sigtimedwait rt_tgsigqueueinfo
sched_get_priority_max sched_get_priority_min sched_getaffinity sched_getattr sched_getparam
sched_getscheduler sched_rr_get_interval sched_setaffinity sched_setattr sched_setparam
sched_setscheduler sched_yield seccomp select semctl semget semop semtimedop sendfile sendmmsg
sendmsg sendto set_robust_list set_thread_area set_tid_address setfsgid setfsuid setgid setgroups
setitimer setpgid setpriority setregid setresgid setresuid setreuid setrlimit setsid setsockopt
setuid setxattr shmat shmctl shmdt shmget shutdown sigaltstack signalfd signalfd4 splice stat
statfs statx symlink symlinkat sync sync_file_range syncfs sysinfo tee tgkill time timer_create
timer_delete timer_getoverrun timer_gettime timer_settime timerfd_create timerfd_gettime
timerfd_settime times tkill truncate umask uname unlink unlinkat utime utimensat utimes vfork
wait4 waitid waitpid write writev
""".split()

# Refused by name, so that a program learns that it may not, not that it cannot.
REFUSED = """
acct add_key adjtimex bpf chroot clock_adjtime clock_settime create_module delete_module
fanotify_init fanotify_mark finit_module fsconfig fsmount fsopen fspick init_module io_cancel
io_destroy io_getevents io_pgetevents io_setup io_submit io_uring_enter io_uring_register
io_uring_setup ioperm iopl ioprio_set kcmp kexec_file_load kexec_load keyctl lookup_dcookie mbind
migrate_pages modify_ldt mount mount_setattr move_mount move_pages name_to_handle_at nfsservctl
open_by_handle_at open_tree perf_event_open pidfd_getfd pivot_root process_madvise
process_vm_readv process_vm_writev ptrace quotactl quotactl_fd reboot request_key set_mempolicy
setdomainname sethostname setns settimeofday stime swapoff swapon sysfs syslog umount umount2
unshare uselib userfaultfd ustat vhangup vmsplice
""".split()

# Sockets exist inside the box's own, empty network; every other family (ALG, VSOCK, PACKET, RXRPC,
# and NETLINK beyond ROUTE) is kernel surface that no judged program needs.
SOCKET_FAMILIES = (socket.AF_UNIX, socket.AF_INET, socket.AF_INET6)
_NETLINK_ROUTE = 0

_NAMESPACES = (
    CLONE_NEWNS
    | CLONE_NEWCGROUP
    | CLONE_NEWUTS
    | CLONE_NEWIPC
    | CLONE_NEWUSER
    | CLONE_NEWPID
    | CLONE_NEWNET
)
# personality(2): look at it, or set the plain one; nothing that weakens address layout.
_PERSONALITIES = (0x0, 0xFFFFFFFF)

_ACT_ALLOW = 0x7FFF0000
_ACT_KILL_PROCESS = 0x80000000
_ATTR_BADARCH = 2
_ATTR_OPTIMIZE = 8
_OPTIMIZE_TREE = 2
_CMP_EQ = 4
_CMP_GT = 6
_CMP_MASKED_EQ = 7
_UNKNOWN = -1


class _Comparison(ctypes.Structure):
    """libseccomp's ``struct scmp_arg_cmp``: argument, operator, two operands."""

    _fields_ = [
        ("arg", ctypes.c_uint),
        ("op", ctypes.c_int),
        ("a", ctypes.c_uint64),
        ("b", ctypes.c_uint64),
    ]


def _act_errno(code: int) -> int:
    return 0x00050000 | code


def compile_filter() -> bytes:
    """The policy as raw BPF for this machine. Raises ``OSError`` where libseccomp is missing."""
    library = _load()
    context = ctypes.c_void_p(library.seccomp_init(_act_errno(errno.ENOSYS)))
    if not context:
        raise OSError(errno.ENOMEM, "seccomp_init failed")
    try:
        _check(library.seccomp_attr_set(context, _ATTR_BADARCH, _ACT_KILL_PROCESS))
        _check(library.seccomp_attr_set(context, _ATTR_OPTIMIZE, _OPTIMIZE_TREE))
        _add_rules(library, context)
        return _export(library, context)
    finally:
        library.seccomp_release(context)


def _load() -> ctypes.CDLL:
    try:
        library = ctypes.CDLL("libseccomp.so.2")
    except OSError as error:
        raise OSError(
            errno.ENOENT, "libseccomp is missing: install it (Debian: apt-get install libseccomp2)"
        ) from error
    library.seccomp_init.argtypes = [ctypes.c_uint32]
    library.seccomp_init.restype = ctypes.c_void_p
    library.seccomp_attr_set.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_uint32]
    library.seccomp_rule_add_array.argtypes = [
        ctypes.c_void_p,
        ctypes.c_uint32,
        ctypes.c_int,
        ctypes.c_uint,
        ctypes.POINTER(_Comparison),
    ]
    return library


def _add_rules(library: ctypes.CDLL, context: ctypes.c_void_p) -> None:
    def rule(action: int, name: str, *comparisons: _Comparison) -> None:
        number = library.seccomp_syscall_resolve_name(name.encode())
        if number == _UNKNOWN:  # younger than the library: the default answers for it
            return
        array = (_Comparison * len(comparisons))(*comparisons)
        _check(
            library.seccomp_rule_add_array(context, action, number, len(comparisons), array), name
        )

    for name in ALLOWED:
        rule(_ACT_ALLOW, name)
    for name in REFUSED:
        rule(_act_errno(errno.EPERM), name)
    # clone3 is left out: it hides its flags behind a pointer. Libraries then fall back to clone,
    # whose flags (the first argument on x86-64 and arm64) we see.
    rule(_ACT_ALLOW, "clone", _Comparison(0, _CMP_MASKED_EQ, _NAMESPACES, 0))
    for personality in _PERSONALITIES:
        rule(_ACT_ALLOW, "personality", _Comparison(0, _CMP_EQ, personality, 0))
    rule(_ACT_ALLOW, "socketpair", _Comparison(0, _CMP_EQ, socket.AF_UNIX, 0))
    _add_socket_rules(rule)


def _add_socket_rules(rule: Callable[..., None]) -> None:
    for allowed in SOCKET_FAMILIES:
        rule(_ACT_ALLOW, "socket", _Comparison(0, _CMP_EQ, allowed, 0))
    netlink = _Comparison(0, _CMP_EQ, socket.AF_NETLINK, 0)
    rule(_ACT_ALLOW, "socket", netlink, _Comparison(2, _CMP_EQ, _NETLINK_ROUTE, 0))
    # The default would do for the others too, but runtimes expect this word for them.
    refused = _act_errno(errno.EAFNOSUPPORT)
    for family in range(int(socket.AF_NETLINK)):
        if family not in SOCKET_FAMILIES:
            rule(refused, "socket", _Comparison(0, _CMP_EQ, family, 0))
    rule(refused, "socket", _Comparison(0, _CMP_GT, socket.AF_NETLINK, 0))
    rule(refused, "socket", netlink, _Comparison(2, _CMP_GT, _NETLINK_ROUTE, 0))


def _export(library: ctypes.CDLL, context: ctypes.c_void_p) -> bytes:
    memory = os.memfd_create("seccomp")
    try:
        _check(library.seccomp_export_bpf(context, memory))
        return os.pread(memory, os.fstat(memory).st_size, 0)
    finally:
        os.close(memory)


def _check(result: int, what: str = "libseccomp") -> None:
    if result < 0:
        raise OSError(-result, f"{what}: {os.strerror(-result)}")
