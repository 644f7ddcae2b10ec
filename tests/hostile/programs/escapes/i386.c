// The system calls of another architecture, which have other numbers.
// expect: ending=signalled signal=SIGSYS
// expect: ending=signalled signal=SIGSEGV
#include "attempt.h"

int main(void) {
    long answer = -1;
#ifdef __x86_64__
    __asm__ volatile("int $0x80" : "=a"(answer) : "a"(20) : "memory", "r8", "r9", "r10", "r11");
#else
    raise(SIGSYS);
#endif
    attempt("getpid of i386", answer);
    return say();
}
