// Memory shared with children, which is no single process's own.
// limits: memory_bytes=64MiB cpu_time_s=5 wall_time_s=15
// expect: ending=memory_limit
#include "attempt.h"

#include <sys/mman.h>

int main(void) {
    char *hoard = mmap(NULL, 1UL << 28, PROT_READ | PROT_WRITE,
                       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    for (int part = 0; part < 4; part++)
        if (fork() == 0) {
            memset(hoard + part * (1 << 26), 1, 1 << 26);
            _exit(0);
        }
    while (wait(NULL) > 0) continue;
    return say();
}
