// Ten times as many orphans as there are places: only if init reaps them is there room.
// limits: processes=16
// expect: ending=exited exit=0 stdout=contained
#include "attempt.h"

int main(void) {
    for (int made = 0, refused = 0; made < 160 && refused < 10000;) {
        pid_t child = fork();
        if (child < 0) {
            refused++;
            usleep(1000);
            continue;
        }
        if (child == 0) _exit(fork() < 0);
        int status = 0;
        waitpid(child, &status, 0);
        made += status == 0;
        refused += status != 0;
        if (refused == 10000) return 1;
    }
    return say();
}
