// Asks for every resource limit to be lifted, by both calls there are.
// expect: ending=exited exit=0 stdout=contained
// outside: escapes
#include "attempt.h"

#include <sys/resource.h>

int main(void) {
    for (int which = 0; which < RLIMIT_NLIMITS; which++) {
        struct rlimit limit;
        getrlimit(which, &limit);
        struct rlimit more = {limit.rlim_cur, limit.rlim_max + 1};
        if (limit.rlim_max != RLIM_INFINITY) {
            attempt("setrlimit", setrlimit(which, &more));
            attempt("prlimit", prlimit(getpid(), which, &more, NULL));
        }
        attempt("another's limits", prlimit(1, which, NULL, &limit));
    }
    return say();
}
