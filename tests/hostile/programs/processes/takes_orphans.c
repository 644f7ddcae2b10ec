// Makes itself the one that orphans come to, and leaves them unreaped.
// limits: processes=32
// expect: ending=exited exit=0 stdout=contained
#include "attempt.h"

#include <sys/prctl.h>

int main(void) {
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    for (int child = 0; child < 100; child++)
        if (fork() == 0) _exit(fork() != 0);
    return say();
}
