// Weakens its own address layout: the first step in attacking something else.
// expect: ending=exited exit=0 stdout=contained
// outside: escapes
#include "attempt.h"

#include <sys/personality.h>

int main(void) {
    attempt("a fixed layout", personality(ADDR_NO_RANDOMIZE));
    attempt("executable data", personality(READ_IMPLIES_EXEC));
    attempt("page zero", personality(MMAP_PAGE_ZERO));
    attempt("another machine", personality(PER_LINUX32));
    return say();
}
