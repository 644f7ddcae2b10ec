# An endless loop.
# limits: cpu_time_s=0.3 wall_time_s=3
# expect: ending=cpu_time_limit
while True:
    pass
