// Real-time, deadline and negative niceness.
// expect: ending=exited exit=0 stdout=contained
// outside: escapes
#include "attempt.h"

#include <sys/resource.h>

int main(void) {
    struct sched_param first = {.sched_priority = 1};
    struct { unsigned size, policy; unsigned long flags; int nice; unsigned priority;
             unsigned long runtime, deadline, period; } deadline =
        {48, 6, 0, 0, 0, 10000000, 20000000, 20000000};
    attempt("negative niceness", setpriority(PRIO_PROCESS, 0, -10));
    attempt("first in, first out", sched_setscheduler(0, SCHED_FIFO, &first));
    attempt("round robin", sched_setscheduler(0, SCHED_RR, &first));
    attempt("a deadline", syscall(SYS_sched_setattr, 0, &deadline, 0));
    return say();
}
