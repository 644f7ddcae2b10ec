// Every process forks without end.
// limits: processes=32 cpu_time_s=0.3 wall_time_s=2
// expect: ending=cpu_time_limit
#include "attempt.h"

int main(void) {
    for (;;) fork();
}
