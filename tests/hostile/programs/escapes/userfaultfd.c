// Holds the kernel up in the middle of what it does: half of every exploit.
// expect: ending=exited exit=0 stdout=contained
// outside: escapes
#include "attempt.h"

int main(void) {
    attempt("userfaultfd", syscall(SYS_userfaultfd, 0));
    attempt("for user mode", syscall(SYS_userfaultfd, 1));
    attempt("by its device", open("/dev/userfaultfd", O_RDWR));
    return say();
}
