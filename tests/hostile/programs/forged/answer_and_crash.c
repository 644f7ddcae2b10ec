// The right answer, and then no clean end.
// expect: ending=signalled signal=SIGABRT stdout=contained verdict=runtime_error
#include "attempt.h"

int main(void) {
    say();
    abort();
}
