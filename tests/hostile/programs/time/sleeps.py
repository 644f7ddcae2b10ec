# Uses nothing and never ends.
# limits: wall_time_s=0.5
# expect: ending=wall_time_limit
import time

time.sleep(3600)
