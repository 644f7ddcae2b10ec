// Its own alarm ends it: a signal, not one of our clocks.
// expect: ending=signalled signal=SIGALRM
#include "attempt.h"

int main(void) {
    ualarm(50000, 0);
    for (;;) pause();
}
