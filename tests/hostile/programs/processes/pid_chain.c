// One process at a time, each a new one: by the time a pid is known it is dead.
// limits: cpu_time_s=0.3 wall_time_s=3
// expect: ending=cpu_time_limit
#include "attempt.h"

int main(void) {
    if (fork()) for (;;) pause();
    for (;;)
        if (fork()) _exit(0);
}
