// More memory before main than there is: it is there, and may not be touched.
// limits: memory_bytes=64MiB cpu_time_s=5 wall_time_s=15
// expect: ending=memory_limit
// expect: ending=signalled signal=SIGSEGV
// expect: ending=signalled signal=SIGKILL
#include <string.h>

static char giant[1L << 31];
int main(void) {
    memset(giant, 1, sizeof giant);
    return giant[5] != 1;
}
