# Takes nearly all the instances of inotify that one user may have.
import ctypes
import sys
import time

libc = ctypes.CDLL(None)
made = [libc.inotify_init() for _ in range(100)]
time.sleep(float(sys.argv[1]))
print("escaped: another's use was felt" if -1 in made else "contained")
