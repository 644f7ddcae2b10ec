// The first thread is gone, its process a zombie to look at; another thread spins.
// limits: cpu_time_s=0.3 wall_time_s=3
// expect: ending=cpu_time_limit
#include "attempt.h"

#include <pthread.h>

static void *spin(void *none) {
    for (;;) continue;
    return none;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, spin, NULL);
    pthread_exit(NULL);
}
