// Leaves with success before main is reached.
// expect: ending=exited exit=0 verdict=wrong_answer
#include "attempt.h"

__attribute__((constructor)) static void leave(void) { _exit(0); }

int main(void) { return 9; }
