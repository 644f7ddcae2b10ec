# Pipes filled to the brim and never emptied, by many processes.
# limits: memory_bytes=64MiB cpu_time_s=5 wall_time_s=15
# expect: ending=memory_limit
import os
import time

for _ in range(8):
    if os.fork() == 0:
        break
hoard = []
try:
    while True:
        hoard.append(os.pipe())
        os.set_blocking(hoard[-1][1], False)
        os.write(hoard[-1][1], bytes(1 << 16))
except OSError:
    time.sleep(60)
