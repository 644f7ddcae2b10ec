// Makes PID 1 the last to run, so that no end of the program is ever noticed.
// times: 20
// expect: ending=exited exit=0 stdout=contained
#include "attempt.h"

#include <linux/sched.h>
#include <sys/resource.h>

int main(void) {
    cpu_set_t first = {{1}};
    attempt("init's niceness", setpriority(PRIO_PROCESS, 1, 19));
    attempt("an idle init", sched_setscheduler(1, SCHED_IDLE, &(struct sched_param){0}));
    attempt("init's processors", sched_setaffinity(1, sizeof first, &first));
    attempt("init's group", setpgid(1, 1));
    attempt("init's limits", prlimit(1, RLIMIT_CPU, NULL, &(struct rlimit){0}));
    return say();
}
