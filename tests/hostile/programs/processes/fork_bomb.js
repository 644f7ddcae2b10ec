// Starts itself again and again, and so do they all.
// limits: processes=32 cpu_time_s=0.5 wall_time_s=2
// expect: ending=cpu_time_limit
// expect: ending=wall_time_limit
// expect: ending=signalled signal=SIGABRT
// expect: ending=signalled signal=SIGTRAP
const { spawn } = require("child_process");

setInterval(() => {
  spawn(process.execPath, [__filename]).on("error", () => {});
}, 1);
