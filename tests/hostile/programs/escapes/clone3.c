// clone3 hides its flags behind a pointer, where no filter can see them: it may not exist.
// expect: ending=exited exit=0 stdout=contained
// outside: escapes
#include "attempt.h"

int main(void) {
    struct { unsigned long flags, pidfd, child, parent, signal, stack, size, tls; } words = {0};
    words.flags = CLONE_NEWUSER;
    words.signal = SIGCHLD;
    long child = syscall(SYS_clone3, &words, sizeof words);
    if (child == 0) _exit(0);
    attempt("a user namespace", child);
    attempt("a clone3 that is there", errno == ENOSYS ? -1 : 0);
    return say();
}
