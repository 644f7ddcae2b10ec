// Threads count as processes: the limit must end this, at the limit.
// limits: processes=32
// expect: ending=exited exit=0 stdout=contained
#include "attempt.h"

#include <pthread.h>

static void *stay(void *none) {
    for (;;) pause();
    return none;
}

int main(void) {
    int made = 0;
    pthread_t thread;
    while (made < 1000 && pthread_create(&thread, NULL, stay, NULL) == 0) made++;
    attempt("more threads than processes are allowed", made < 32 ? -1 : made);
    return say();
}
