// An orphan burns, in a session of its own; the program sleeps.
// limits: cpu_time_s=0.3 wall_time_s=3
// expect: ending=cpu_time_limit
#include "attempt.h"

int main(void) {
    if (fork() == 0) {
        if (fork()) _exit(0);
        setsid();
        for (;;) continue;
    }
    for (;;) pause();
}
