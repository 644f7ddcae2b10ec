// Becomes itself again and again: whoever watches the pid sees a young process.
// limits: cpu_time_s=0.3 wall_time_s=3
// expect: ending=cpu_time_limit
#include "attempt.h"

int main(int count, char **words) {
    (void)count;
    execv("/proc/self/exe", words);
    return 1;
}
