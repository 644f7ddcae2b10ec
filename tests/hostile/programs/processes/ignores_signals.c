// Ignores whatever can be ignored, and spins.
// limits: cpu_time_s=0.3 wall_time_s=3
// expect: ending=cpu_time_limit
#include "attempt.h"

int main(void) {
    for (int number = 1; number <= SIGRTMAX; number++) signal(number, SIG_IGN);
    for (;;) continue;
}
