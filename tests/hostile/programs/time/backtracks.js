// A regular expression that takes longer than the sun will burn.
// limits: cpu_time_s=0.4 wall_time_s=3
// expect: ending=cpu_time_limit
/^(a+)+$/.test("a".repeat(64) + "b");
