# The streams have ended, the program has not.
# limits: cpu_time_s=0.3 wall_time_s=3
# expect: ending=cpu_time_limit
import os

os.closerange(0, 3)
while True:
    pass
