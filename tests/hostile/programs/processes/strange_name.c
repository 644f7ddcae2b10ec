// A name that breaks whoever reads /proc line by line or field by field.
// expect: ending=exited exit=0 stdout=contained
#include "attempt.h"

#include <sys/prctl.h>

int main(void) {
    prctl(PR_SET_NAME, ") R 1 1\n0\tUid:");
    for (int child = 0; child < 4; child++)
        if (fork() == 0) for (;;) pause();
    usleep(50000);
    return say();
}
