# The classic, in the foreground: bash waits a little whenever it is refused.
# limits: processes=32 cpu_time_s=0.3 wall_time_s=1
# expect: ending=cpu_time_limit
# expect: ending=wall_time_limit
bomb() { bomb | bomb; }
bomb
