// Worker threads without end: each is an interpreter of its own.
// limits: processes=64 cpu_time_s=1 wall_time_s=3
// expect: ending=cpu_time_limit
// expect: ending=memory_limit
// expect: ending=wall_time_limit
// expect: ending=signalled signal=SIGABRT
// expect: ending=signalled signal=SIGTRAP
// expect: ending=exited exit=1
const { Worker } = require("worker_threads");

for (;;) new Worker("for (;;) {}", { eval: true });
