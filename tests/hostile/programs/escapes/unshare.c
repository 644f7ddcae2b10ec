// A namespace of its own of every kind: in one of users it would be root.
// expect: ending=exited exit=0 stdout=contained
// outside: escapes
#include "attempt.h"

int main(void) {
    const int kinds[] = {CLONE_NEWUSER, CLONE_NEWNS, CLONE_NEWPID, CLONE_NEWNET, CLONE_NEWIPC,
                         CLONE_NEWUTS, CLONE_NEWCGROUP, 0x80, CLONE_FILES | CLONE_NEWUSER};
    for (unsigned kind = 0; kind < sizeof kinds / sizeof *kinds; kind++)
        attempt("unshare", unshare(kinds[kind]));
    return say();
}
