// The compiler's own input, memory and variables: files without a size, so that they are empty.
// expect: step=compile ending=exited exit=1
// expect: ending=exited exit=0 stdout=""
#include "/dev/stdin"
#include "/proc/self/environ"
#include "/proc/self/mem"
#include "/proc/self/fd/3"

int main(void) {}
