# The same by way of /proc, where init's and all others' would be found too.
# expect: ending=exited exit=4
import glob
import os
import sys

for name in glob.glob("/proc/*/fd/*"):
    if os.path.basename(name) in "012" or not os.path.exists(name):
        continue
    try:
        os.write(os.open(name, os.O_WRONLY | os.O_NONBLOCK), b'["Exited",{"status":0}]')
    except OSError:
        continue
    print("escaped:", name)
    sys.exit(1)
sys.exit(4)
