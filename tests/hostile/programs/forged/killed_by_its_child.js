// A child ends the program from outside.
// expect: ending=signalled signal=SIGKILL
require("child_process").spawn("/bin/sh", ["-c", `kill -KILL ${process.pid}`]);
setInterval(() => {}, 1000);
