// One call that asks for it all at once, in the kernel.
// limits: memory_bytes=64MiB cpu_time_s=5 wall_time_s=15
// expect: ending=memory_limit
#include "attempt.h"

#include <sys/mman.h>

int main(void) {
    mmap(NULL, 1UL << 30, PROT_READ | PROT_WRITE,
         MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
    return say();
}
