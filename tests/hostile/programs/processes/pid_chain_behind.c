// The chain goes on while the program itself has long left.
// expect: ending=exited exit=0 stdout=contained
#include "attempt.h"

int main(void) {
    if (fork()) return say();
    setsid();
    for (;;)
        if (fork()) _exit(0);
}
