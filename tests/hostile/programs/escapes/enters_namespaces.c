// Enters namespaces: its own again, those of init, those behind a handle of a process.
// expect: ending=exited exit=0 stdout=contained
// outside: escapes
#include "attempt.h"

int main(void) {
    const char *kinds[] = {"mnt", "pid", "net", "ipc", "uts", "cgroup", "user"};
    char path[64];
    for (int kind = 0; kind < 7; kind++)
        for (int pid = 1; pid < 4; pid++) {
            snprintf(path, sizeof path, "/proc/%d/ns/%s", pid == 3 ? getpid() : pid, kinds[kind]);
            attempt("setns", setns(open(path, O_RDONLY), 0));
        }
    int init = syscall(SYS_pidfd_open, 1, 0);
    attempt("setns by a process", setns(init, CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET));
    return say();
}
