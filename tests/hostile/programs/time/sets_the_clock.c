// Whoever sets the clock would decide how long things took.
// expect: ending=exited exit=0 stdout=contained
// outside: escapes
#include "attempt.h"

#include <sys/time.h>
#include <sys/timex.h>
#include <time.h>

int main(void) {
    struct timespec now;
    struct timex nothing = {0};
    clock_gettime(CLOCK_REALTIME, &now);
    struct timeval same = {now.tv_sec, now.tv_nsec / 1000};
    attempt("adjtimex", adjtimex(&nothing));
    attempt("clock_adjtime", clock_adjtime(CLOCK_REALTIME, &nothing));
    attempt("the clock of boot time", clock_settime(CLOCK_BOOTTIME, &now));
    if (getuid() == 0) return say();
    attempt("a time zone", settimeofday(NULL, &(struct timezone){0}));
    attempt("clock_settime", clock_settime(CLOCK_REALTIME, &now));
    attempt("settimeofday", settimeofday(&same, NULL));
    return say();
}
