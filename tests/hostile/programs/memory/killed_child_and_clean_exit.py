# The kernel takes a child for want of memory; the program leaves as if nothing had been.
# limits: memory_bytes=64MiB cpu_time_s=5 wall_time_s=15
# expect: ending=memory_limit
import os
import time

if os.fork() == 0:
    hoard = []
    while True:
        hoard.append(b"x" * (1 << 20))
os.wait()
time.sleep(0.2)
print("contained")
