// Stopped, it uses no CPU time and does not end by itself.
// limits: wall_time_s=0.5
// expect: ending=wall_time_limit
#include "attempt.h"

int main(void) {
    raise(SIGSTOP);
    return 0;
}
