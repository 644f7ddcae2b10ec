// A second way to make system calls, past every filter.
// expect: ending=exited exit=0 stdout=contained
// outside: escapes
#include "attempt.h"

int main(void) {
    static char parameters[120];
    attempt("io_uring_setup", syscall(SYS_io_uring_setup, 4, parameters));
    attempt("io_uring_register", syscall(SYS_io_uring_register, 0, 8, NULL, 0));
    attempt("io_uring_enter", syscall(SYS_io_uring_enter, 0, 0, 0, 0, NULL, 0));
    long context = 0;
    attempt("io_setup", syscall(SYS_io_setup, 8, &context));
    return say();
}
