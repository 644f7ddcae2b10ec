"""The system calls a program may make: an allow-list, compiled once into a tree of ranges.

What is not listed does not exist (``ENOSYS``: libraries fall back as on an older kernel); what is
refused on purpose is ``EPERM``; a call of a foreign architecture (i386, x32) kills the program.
libseccomp knows the numbers; the tree is ours (see ``bpf``), because the kernel runs every filter
once for each of its calls when it is loaded, and it is loaded in every box.
"""

from __future__ import annotations

import ctypes
import errno
import socket
from collections.abc import Callable

from stockade.sandbox.cells.warden import bpf, kernel
from stockade.sandbox.cells.warden.bpf import Block
from stockade.sandbox.cells.warden.identity import PROGRAM_ID
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
inotify_rm_watch ioctl ioprio_get lchown lgetxattr link linkat listen listxattr llistxattr
lremovexattr lseek lsetxattr lstat madvise membarrier mincore mkdir mkdirat mknod mknodat mlock
mlock2 mlockall mprotect mq_getsetattr mq_notify mq_open mq_timedreceive mq_timedsend mq_unlink
mremap mseal msgctl msgget msgrcv msgsnd msync munlock munlockall munmap nanosleep newfstatat open
openat openat2 pause pidfd_send_signal pipe pipe2 pkey_alloc pkey_free pkey_mprotect poll ppoll
prctl pread64 preadv preadv2 pselect6 pwrite64 pwritev pwritev2 read readahead readlink readlinkat
readv recvfrom recvmmsg recvmsg removexattr rename renameat renameat2 restart_syscall
riscv_flush_icache rmdir rseq rt_sigaction rt_sigpending rt_sigprocmask rt_sigreturn rt_sigsuspend
rt_sigtimedwait sched_get_priority_max sched_get_priority_min sched_getaffinity sched_getattr
sched_getparam sched_getscheduler sched_rr_get_interval sched_yield seccomp select semctl semget
semop semtimedop sendfile sendmmsg sendmsg sendto set_robust_list set_thread_area set_tid_address
setfsgid setfsuid setgid setgroups setitimer setpgid setregid setresgid setresuid setreuid
setrlimit setsid setsockopt setuid setxattr shmat shmctl shmdt shutdown sigaltstack signalfd
signalfd4 splice stat statfs statx symlink symlinkat sync sync_file_range syncfs sysinfo tee time
timer_create timer_delete timer_getoverrun timer_gettime timer_settime timerfd_create
timerfd_gettime timerfd_settime times truncate umask uname unlink unlinkat utime utimensat utimes
vfork wait4 waitid waitpid write writev
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
# NETLINK) is kernel surface that no judged program needs. Runtimes that list their interfaces over
# NETLINK take its refusal well.
SOCKET_FAMILIES = (socket.AF_UNIX, socket.AF_INET, socket.AF_INET6)

_NAMESPACES = (
    CLONE_NEWNS
    | CLONE_NEWCGROUP
    | CLONE_NEWUTS
    | CLONE_NEWIPC
    | CLONE_NEWUSER
    | CLONE_NEWPID
    | CLONE_NEWNET
)
# For some microseconds after it has started the program, init still has the program's uid: calls
# that could then reach it are refused by its number (and its uid: that is what PRIO_USER takes).
_INIT = 1
_OF_A_PROCESS = """
kill pidfd_open prlimit64 rt_sigqueueinfo rt_tgsigqueueinfo sched_setaffinity sched_setattr
sched_setparam sched_setscheduler tgkill tkill
""".split()
# Huge pages are not charged to the memory group.
_MAP_HUGETLB, _MFD_HUGETLB, _SHM_HUGETLB = 0x40000, 0x4, 0o4000
# personality(2): look at it, or set the plain one; nothing that weakens address layout.
_PERSONALITIES = (0x0, 0xFFFFFFFF)


def compile_filter() -> bytes:
    """The policy as raw BPF for this machine. Raises ``OSError`` where libseccomp is missing."""
    resolve = _load_resolver()
    actions: dict[int, Block] = {}
    for names, action in ((ALLOWED, bpf.ALLOW), (REFUSED, bpf.errno_action(errno.EPERM))):
        for name in names:
            actions[resolve(name)] = (bpf.ret(action),)
    for name, block in _argument_rules().items():
        actions[resolve(name)] = block
    # Names of other architectures, or younger than the library: the default answers for them.
    actions = {number: block for number, block in actions.items() if number >= 0}
    default = (bpf.ret(bpf.errno_action(errno.ENOSYS)),)
    return bpf.compile_tree(actions, default, machine=kernel.MACHINE)


def _argument_rules() -> dict[str, Block]:
    """Calls whose arguments decide. clone3 is none of them: its flags hide behind a pointer."""
    no_family = bpf.errno_action(errno.EAFNOSUPPORT)  # the word that runtimes expect
    refused = bpf.errno_action(errno.EPERM)
    no_huge = bpf.errno_action(errno.ENOMEM)
    rules = {name: bpf.refuse_values(0, (_INIT,), action=refused) for name in _OF_A_PROCESS}
    return rules | {
        "mmap": bpf.allow_without_bits(3, _MAP_HUGETLB, otherwise=no_huge),
        "memfd_create": bpf.allow_without_bits(1, _MFD_HUGETLB, otherwise=no_huge),
        "shmget": bpf.allow_without_bits(2, _SHM_HUGETLB, otherwise=no_huge),
        "setpriority": bpf.refuse_values(1, (_INIT, PROGRAM_ID), action=refused),
        "clone": bpf.allow_without_bits(0, _NAMESPACES, otherwise=bpf.errno_action(errno.EPERM)),
        "personality": bpf.allow_values(0, _PERSONALITIES, otherwise=bpf.errno_action(errno.EPERM)),
        "socket": bpf.allow_values(0, SOCKET_FAMILIES, otherwise=no_family),
        "socketpair": bpf.allow_values(0, (socket.AF_UNIX,), otherwise=no_family),
    }


def _load_resolver() -> Callable[[str], int]:
    try:
        library = ctypes.CDLL("libseccomp.so.2")
    except OSError as error:
        raise OSError(
            errno.ENOENT, "libseccomp is missing: install it (Debian: apt-get install libseccomp2)"
        ) from error
    resolve = library.seccomp_syscall_resolve_name
    return lambda name: int(resolve(name.encode()))
