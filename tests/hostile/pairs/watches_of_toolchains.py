# Watches files that everyone uses, while another job uses them.
import ctypes
import os
import sys
import time

IN_OPEN, IN_NONBLOCK = 0x20, 0o4000
PATHS = ("/usr/bin/env", "/usr/bin", "/etc/passwd", "/usr/lib/os-release")
libc = ctypes.CDLL(None)
instance = libc.inotify_init1(IN_NONBLOCK)
if sys.argv[2] == "0":
    for path in PATHS:
        libc.inotify_add_watch(instance, path.encode(), IN_OPEN)
until = time.monotonic() + float(sys.argv[1])
while time.monotonic() < until:
    time.sleep(0.02)
    if sys.argv[2] == "1":
        for path in PATHS:
            os.close(os.open(path, os.O_RDONLY))
try:
    found = os.read(instance, 4096)
except BlockingIOError:
    found = b""
print("escaped: another was seen" if found else "contained")
