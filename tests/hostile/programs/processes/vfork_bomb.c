// A tower of vforks: every parent is held in the kernel until its child is gone.
// limits: processes=32 cpu_time_s=0.3 wall_time_s=1
// expect: ending=wall_time_limit
#include "attempt.h"

int main(void) {
    while (vfork() == 0) continue;
    for (;;) pause();
}
