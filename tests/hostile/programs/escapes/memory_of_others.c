// Reads and writes another's memory, and takes a descriptor out of its table.
// expect: ending=exited exit=0 stdout=contained
// outside: escapes
#include "attempt.h"

#include <sys/uio.h>

int main(void) {
    static char here[16], there[16];
    struct iovec from = {here, 16}, to = {there, 16};
    pid_t child = fork();
    if (child == 0) for (;;) pause();
    int handle = syscall(SYS_pidfd_open, child, 0);
    attempt("process_vm_readv", process_vm_readv(child, &from, 1, &to, 1, 0));
    attempt("process_vm_writev", process_vm_writev(child, &from, 1, &to, 1, 0));
    attempt("pidfd_getfd", syscall(SYS_pidfd_getfd, handle, 1, 0));
    attempt("kcmp", syscall(SYS_kcmp, getpid(), child, 1, 1, 1));
    attempt("process_madvise", syscall(SYS_process_madvise, handle, &to, 1, 4, 0));
    kill(child, SIGKILL);
    return say();
}
