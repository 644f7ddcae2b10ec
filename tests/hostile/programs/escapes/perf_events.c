// The processor's counters, of itself and of everyone.
// expect: ending=exited exit=0 stdout=contained
// outside: escapes
#include "attempt.h"

#include <linux/perf_event.h>

int main(void) {
    struct perf_event_attr what = {.type = PERF_TYPE_SOFTWARE, .size = sizeof what};
    attempt("its own", syscall(SYS_perf_event_open, &what, 0, -1, -1, 0));
    attempt("everyone's", syscall(SYS_perf_event_open, &what, -1, 0, -1, 0));
    return say();
}
