// Numbers that the limit does not allow.
// expect: ending=exited exit=0 stdout=contained
#include "attempt.h"

int main(void) {
    attempt("dup2", dup2(1, 1024));
    attempt("fcntl", fcntl(1, F_DUPFD, 1 << 20));
    attempt("dup3", dup3(1, 65535, O_CLOEXEC));
    return say();
}
