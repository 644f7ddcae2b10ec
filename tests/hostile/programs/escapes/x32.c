// The third set of numbers that x86-64 knows.
// expect: ending=signalled signal=SIGSYS
#include "attempt.h"

int main(void) {
#ifdef __x86_64__
    attempt("getpid of x32", syscall(0x40000000 | SYS_getpid));
#else
    raise(SIGSYS);
#endif
    return say();
}
