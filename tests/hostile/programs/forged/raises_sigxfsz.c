// The signal of an output limit, without having written anything.
// expect: ending=signalled signal=SIGXFSZ verdict=runtime_error
#include "attempt.h"

int main(void) { return raise(SIGXFSZ); }
