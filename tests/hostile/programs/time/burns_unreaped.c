// A killed child that was never waited for: no rusage of the program's shows what it used.
// limits: cpu_time_s=0.2 wall_time_s=5
// expect: ending=cpu_time_limit
#include "attempt.h"

#include <time.h>

int main(void) {
    signal(SIGCHLD, SIG_IGN);
    if (fork() == 0) {
        while (clock() < CLOCKS_PER_SEC / 4) continue;
        _exit(0);
    }
    usleep(600000);
    return say();
}
