# Locks on files that everyone can read: whether one is held can be seen from elsewhere.
import fcntl
import os
import sys
import time

found, held = [], []
for path in ("/usr/bin/env", "/usr/bin/python3", "/bin/sh", "/etc/passwd", "/usr", "/etc", "/"):
    held.append(os.open(path, os.O_RDONLY))
    try:
        fcntl.flock(held[-1], fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        found.append(path)
time.sleep(float(sys.argv[1]))
print(f"escaped: {found}" if found else "contained")
