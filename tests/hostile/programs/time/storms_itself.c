// A timer that fires as often as it can, with a handler that arms it again.
// limits: cpu_time_s=0.3 wall_time_s=5
// expect: ending=cpu_time_limit
#include "attempt.h"

#include <sys/time.h>

static void again(int number) {
    (void)number;
    setitimer(ITIMER_REAL, &(struct itimerval){.it_value.tv_usec = 1}, NULL);
}

int main(void) {
    signal(SIGALRM, again);
    for (again(0);;) sched_yield();
}
