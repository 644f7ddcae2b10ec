# The kernel takes a child for want of memory; the program leaves as if nothing had been.
# limits: memory_bytes=64MiB
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
