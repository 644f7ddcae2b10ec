// A child burns all and more, the program leaves with a clean word right afterwards.
// limits: cpu_time_s=0.2 wall_time_s=5
// expect: ending=cpu_time_limit
#include "attempt.h"

#include <time.h>

int main(void) {
    if (fork() == 0) {
        while (clock() < CLOCKS_PER_SEC / 5) continue;
        _exit(0);
    }
    wait(NULL);
    return say();
}
