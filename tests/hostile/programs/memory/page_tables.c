// Touches one byte in every two mebibytes: little memory, but the tables that map it.
// limits: memory_bytes=64MiB cpu_time_s=5 wall_time_s=15
// expect: ending=memory_limit
#include "attempt.h"

#include <sys/mman.h>

int main(void) {
    unsigned long size = 1UL << 37;
    volatile char *hoard = mmap(NULL, size, PROT_READ,
                                MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    madvise((void *)hoard, size, MADV_NOHUGEPAGE);
    for (unsigned long place = 0; place < size; place += 1 << 21) (void)hoard[place];
    return say();
}
