// Itself, twice each time: two to the power of the limit of depth.
// compile: cpu_time_s=1 memory_bytes=256MiB
// expect: step=compile ending=cpu_time_limit
// expect: step=compile ending=memory_limit
// expect: step=compile ending=output_limit
// expect: step=compile ending=exited exit=1
#if __INCLUDE_LEVEL__ < 180
#include __FILE__
#include __FILE__
#endif
