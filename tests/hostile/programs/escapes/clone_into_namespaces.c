// The same by clone, with bits above the lower half of the argument as well.
// expect: ending=exited exit=0 stdout=contained
// outside: escapes
#include "attempt.h"

int main(void) {
    const long kinds[] = {CLONE_NEWUSER, CLONE_NEWNS, CLONE_NEWPID, CLONE_NEWNET, CLONE_NEWIPC,
                          CLONE_NEWUTS, CLONE_NEWCGROUP, CLONE_NEWUSER | CLONE_NEWPID};
    for (unsigned kind = 0; kind < sizeof kinds / sizeof *kinds; kind++)
        for (long high = 0; high < 2; high++) {
            long child = syscall(SYS_clone, kinds[kind] | SIGCHLD | high << 32, 0, 0, 0, 0);
            if (child == 0) _exit(0);
            attempt("clone", child);
        }
    return say();
}
