// Opens the reading end of its stdout, and the writing end of its stdin.
// expect: ending=exited
// expect: ending=wall_time_limit
// limits: wall_time_s=1
#include "attempt.h"

int main(void) {
    char data[4096];
    int out = open("/proc/self/fd/1", O_RDONLY | O_NONBLOCK);
    int in = open("/proc/self/fd/0", O_WRONLY | O_NONBLOCK);
    for (int turn = 0; turn < 1000; turn++) {
        if (write(1, "mine", 4) < 0 || read(out, data, sizeof data) < 0) continue;
        if (write(in, data, 16) < 0) continue;
    }
    return 3;
}
