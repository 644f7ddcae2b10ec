# Processes of another job: by name, by signal, by number.
import os
import sys
import time

found = []
for pid in range(1, 4000):
    if pid == os.getpid():
        continue
    try:
        os.kill(pid, 0)
        found.append(pid)
    except OSError:
        pass
if os.fork() == 0:
    os.setsid()
    time.sleep(60)
time.sleep(float(sys.argv[1]))
# PID 1 is claimed about elsewhere.
print("contained" if set(found) <= {1} else f"escaped: {found}")
