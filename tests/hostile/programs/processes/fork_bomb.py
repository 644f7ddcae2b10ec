# Every process forks without end and does not mind being refused.
# limits: processes=16 cpu_time_s=0.3 wall_time_s=2
# expect: ending=cpu_time_limit
import os

while True:
    try:
        os.fork()
    except OSError:
        pass
