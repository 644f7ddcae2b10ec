// A recursion without end.
// limits: memory_bytes=64MiB cpu_time_s=5 wall_time_s=15
// expect: ending=signalled signal=SIGSEGV
// expect: ending=memory_limit
#include "attempt.h"

static int deeper(int depth) {
    volatile char frame[4096];
    frame[0] = (char)depth;
    return deeper(depth + 1) + frame[0];
}

int main(void) { return deeper(0); }
