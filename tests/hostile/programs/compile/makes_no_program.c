// The name of the loader is longer than the kernel takes: what was made cannot be started at all.
// hole: what the kernel will not start is told as our fault, and tried again for nothing
// expect: ending=exited
// expect: ending=signalled
const char more[8192] __attribute__((section(".interp"))) = "x";
int main(void) {}
