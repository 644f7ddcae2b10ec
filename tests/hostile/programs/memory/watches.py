# A watch on every file there is, in every instance it can get.
# limits: memory_bytes=64MiB cpu_time_s=5 wall_time_s=15
# expect: ending=exited exit=0 stdout=contained
# expect: ending=memory_limit
import ctypes
import os
import sys

libc = ctypes.CDLL(None)
made = 0
while (instance := libc.inotify_init()) >= 0 and made < 1025:
    made += 1
    for name in os.listdir("/usr/bin")[:200]:
        libc.inotify_add_watch(instance, b"/usr/bin/" + name.encode(), 0x1)
print("contained" if made < 1025 else "escaped: no end of instances")
sys.exit(made >= 1025)
