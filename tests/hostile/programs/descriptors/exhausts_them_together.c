// Every process opens all it may: the host's table of files is larger than that.
// expect: ending=exited exit=0 stdout=contained
#include "attempt.h"

int main(void) {
    for (int child = 0; child < 60; child++) {
        if (fork()) continue;
        while (open("/dev/null", O_RDONLY) >= 0) continue;
        for (;;) pause();
    }
    usleep(200000);
    return say();
}
