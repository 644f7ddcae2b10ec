// The name of the loader is longer than the kernel takes: what was made cannot be started at all.
// expect: ending=exited
// expect: ending=signalled
const char more[8192] __attribute__((section(".interp"))) = "x";
int main(void) {}
