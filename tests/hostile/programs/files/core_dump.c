// A crash writes nothing.
// expect: ending=exited exit=0 stdout=contained
#include "attempt.h"

#include <sys/resource.h>

int main(void) {
    setrlimit(RLIMIT_CORE, &(struct rlimit){RLIM_INFINITY, RLIM_INFINITY});
    int status = 0;
    if (fork() == 0) abort();
    wait(&status);
    attempt("a core dump", WCOREDUMP(status) ? 0 : -1);
    attempt("a core file", open("core", O_RDONLY));
    return say();
}
