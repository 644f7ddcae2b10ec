# What /proc tells of its own process: no file of the host is mapped or open, none is its folder.
# expect: ending=exited exit=0 stdout=contained
# outside: escapes
import glob
import os
import sys

with open("/proc/self/maps") as file:
    names = {line.split(None, 5)[5].strip() for line in file if len(line.split()) > 5}
for name in glob.glob("/proc/self/fd/*"):
    try:
        names.add(os.readlink(name))
    except OSError:
        continue
names |= {os.readlink("/proc/self/cwd"), os.readlink("/proc/self/exe")}
known = ("/usr/", "[", "/lib", "/bin", "pipe:", "/proc/", "/workspace")
escapes = sorted(name for name in names if not name.startswith(known))
print(f"escaped: {escapes[:3]}" if escapes else "contained")
sys.exit(bool(escapes))
