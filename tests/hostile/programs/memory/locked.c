// Pages that may not be pushed out.
// expect: ending=exited exit=0 stdout=contained
// outside: escapes
#include "attempt.h"

#include <sys/mman.h>

int main(void) {
    static char page[4096];
    attempt("mlock", mlock(page, sizeof page));
    attempt("mlock2", mlock2(page, sizeof page, MLOCK_ONFAULT));
    attempt("mlockall", mlockall(MCL_CURRENT | MCL_FUTURE));
    void *mapped = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_LOCKED, -1, 0);
    attempt("a locked mapping", mapped == MAP_FAILED ? -1 : 0);
    return say();
}
