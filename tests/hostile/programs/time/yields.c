// Gives the CPU away all the time: it is never the one that runs when a clock ticks.
// limits: cpu_time_s=0.3 wall_time_s=5
// expect: ending=cpu_time_limit
#include "attempt.h"

int main(void) {
    for (;;) sched_yield();
}
