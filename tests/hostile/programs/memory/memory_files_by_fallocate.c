// The same without a byte written: the kernel allocates the pages at a word.
// limits: memory_bytes=64MiB cpu_time_s=5 wall_time_s=15
// expect: ending=memory_limit
#include "attempt.h"

#include <sys/mman.h>

int main(void) {
    for (int number = 0; number < 500; number++)
        if (fallocate(memfd_create("hoard", 0), 0, 0, 1 << 20)) return 1;
    return 0;
}
