// Loads a filter of its own that allows everything: the strictest still decides.
// expect: ending=exited exit=0 stdout=contained
#include "attempt.h"

#include <linux/filter.h>
#include <linux/seccomp.h>

int main(void) {
    struct sock_filter all = {0x06, 0, 0, SECCOMP_RET_ALLOW};
    struct sock_fprog program = {1, &all};
    if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program)) return 2;
    attempt("unshare", unshare(CLONE_NEWUSER));
    attempt("keyctl", syscall(SYS_keyctl, 0, -3, 1));
    attempt("a filter taken off", syscall(SYS_seccomp, SECCOMP_SET_MODE_STRICT, 1, NULL));
    return say();
}
