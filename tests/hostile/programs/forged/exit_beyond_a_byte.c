// Only eight bits of an exit code exist: this is the 1 of 257, never a 0.
// expect: ending=exited exit=1
#include <stdlib.h>

int main(void) { exit(257); }
