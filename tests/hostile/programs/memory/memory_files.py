# Files that exist in memory alone and have no name.
# limits: memory_bytes=64MiB cpu_time_s=5 wall_time_s=15
# expect: ending=memory_limit
import os

hoard = []
while True:
    hoard.append(os.memfd_create("hoard"))
    os.write(hoard[-1], bytes(1 << 20))
