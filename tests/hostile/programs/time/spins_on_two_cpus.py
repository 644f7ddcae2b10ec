# With two CPUs allowed, time runs twice as fast.
# limits: cpu_time_s=0.4 wall_time_s=3 cpus=2
# expect: ending=cpu_time_limit
import os

os.fork()
while True:
    pass
