// A daemon keeps the streams open and goes on writing: nobody may wait for their end.
// expect: ending=exited exit=0
#include "attempt.h"

int main(void) {
    if (fork()) return 0;
    setsid();
    for (;;) {
        if (write(1, "late\n", 5) < 0) return 1;
        usleep(1000);
    }
}
