// A header that never ends and is never the same.
// compile: memory_bytes=256MiB cpu_time_s=2
// expect: step=compile ending=exited exit=1
// expect: step=compile ending=memory_limit
// expect: step=compile ending=cpu_time_limit
// expect: step=compile ending=output_limit
#include "/dev/urandom"

int main() {}
