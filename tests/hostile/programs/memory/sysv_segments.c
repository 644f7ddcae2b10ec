// Segments of System V's, which outlive their processes.
// limits: memory_bytes=64MiB cpu_time_s=5 wall_time_s=15
// expect: ending=memory_limit
#include "attempt.h"

#include <sys/shm.h>

int main(void) {
    for (;;) {
        char *segment = shmat(shmget(IPC_PRIVATE, 1 << 20, IPC_CREAT | 0600), NULL, 0);
        if (segment == (char *)-1) return 1;
        memset(segment, 1, 1 << 20);
        shmdt(segment);
    }
}
