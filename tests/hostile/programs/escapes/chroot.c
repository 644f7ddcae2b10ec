// Another root: the way out of one, for who may have two.
// expect: ending=exited exit=0 stdout=contained
// outside: escapes
#include "attempt.h"

int main(void) {
    int old = open("/", O_RDONLY | O_DIRECTORY);
    attempt("chroot", chroot("/tmp"));
    if (getuid()) attempt("pivot_root", syscall(SYS_pivot_root, "/tmp", "/tmp"));
    if (fchdir(old)) return 2;
    attempt("the root seen from above", access("../etc/shadow", F_OK));
    return say();
}
