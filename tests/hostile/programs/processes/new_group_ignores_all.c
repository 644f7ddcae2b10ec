// Children in sessions of their own that ignore every signal, left behind.
// expect: ending=exited exit=0 stdout=contained
#include "attempt.h"

int main(void) {
    for (int child = 0; child < 8; child++) {
        if (fork()) continue;
        setsid();
        for (int number = 1; number <= SIGRTMAX; number++) signal(number, SIG_IGN);
        for (;;) pause();
    }
    return say();
}
