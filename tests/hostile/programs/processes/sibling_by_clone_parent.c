// A child that is its parent's sibling, and leaves first with a code of its own.
// expect: ending=exited exit=0 stdout=contained
#include "attempt.h"

int main(void) {
    long child = syscall(SYS_clone, CLONE_PARENT | SIGCHLD, 0, 0, 0, 0);
    if (child == 0) _exit(99);
    while (kill(child, 0) == 0) usleep(1000);
    return say();
}
