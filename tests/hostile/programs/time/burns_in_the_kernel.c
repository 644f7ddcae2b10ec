// Spends its time in system calls that copy gigabytes.
// limits: cpu_time_s=0.3 wall_time_s=3
// expect: ending=cpu_time_limit
#include "attempt.h"

int main(void) {
    static char data[1 << 26];
    int file = open("/dev/urandom", O_RDONLY);
    while (read(file, data, sizeof data) > 0) continue;
}
