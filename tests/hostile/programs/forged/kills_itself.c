// By the signal that limits are enforced with: it is still its own doing.
// expect: ending=signalled signal=SIGKILL exit=None
#include "attempt.h"

int main(void) { return raise(SIGKILL); }
