// The program sits uninterruptibly in vfork while its child sleeps on its stack.
// limits: wall_time_s=0.5
// expect: ending=wall_time_limit
#include "attempt.h"

int main(void) {
    if (vfork() == 0) for (;;) pause();
    return 0;
}
