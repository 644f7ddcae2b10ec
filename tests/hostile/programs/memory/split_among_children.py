# Each child alone is well below the limit; all together are not.
# limits: memory_bytes=64MiB cpu_time_s=5 wall_time_s=15
# expect: ending=memory_limit
import os
import time

for _ in range(20):
    if os.fork() == 0:
        hoard = b"x" * (8 << 20)
        time.sleep(60)
time.sleep(60)
