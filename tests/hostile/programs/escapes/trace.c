// Debugs init, its parent, itself, and a child of its own.
// expect: ending=exited exit=0 stdout=contained
// outside: escapes
#include "attempt.h"

#include <sys/ptrace.h>

int main(void) {
    pid_t child = fork();
    if (child == 0) for (;;) pause();
    attempt("a child", ptrace(PTRACE_SEIZE, child, 0, 0));
    if (getuid()) {
        attempt("being traced", ptrace(PTRACE_TRACEME, 0, 0, 0));
        attempt("init", ptrace(PTRACE_ATTACH, 1, 0, 0));
    }
    kill(child, SIGKILL);
    return say();
}
