// An endless loop, in which no other event is ever seen.
// limits: cpu_time_s=0.4 wall_time_s=3
// expect: ending=cpu_time_limit
for (;;) {}
