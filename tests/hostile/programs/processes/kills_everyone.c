// kill -1: it may end its own children and nobody else.
// expect: ending=exited exit=0 stdout=contained
#include "attempt.h"

int main(void) {
    pid_t child = fork();
    if (child == 0) for (;;) pause();
    kill(-1, SIGKILL);
    int status = 0;
    waitpid(child, &status, 0);
    attempt("a child that is immune", WIFSIGNALED(status) ? -1 : 0);
    return say();
}
