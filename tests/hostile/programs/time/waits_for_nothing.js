// An event loop that is kept alive by a timer.
// limits: wall_time_s=0.7
// expect: ending=wall_time_limit
setInterval(() => {}, 1 << 30);
