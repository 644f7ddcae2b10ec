# Every mount: set-uid programs nowhere, writable ones without devices, and only the known three.
# expect: ending=exited exit=0 stdout=contained
# outside: escapes
import sys

WRITABLE = {"/workspace", "/tmp", "/dev/shm", "/proc"}
escapes = []
with open("/proc/self/mountinfo") as file:
    for line in file:
        place, options = line.split()[4:6]
        flags = options.split(",")
        if "nosuid" not in flags:
            escapes.append(f"{place} honours set-uid")
        if "rw" in flags and (place not in WRITABLE or "nodev" not in flags):
            escapes.append(f"{place} is writable")
        if place.startswith(("/sys", "/run", "/mnt")):
            escapes.append(f"{place} is there")
print(f"escaped: {escapes[:3]}" if escapes else "contained")
sys.exit(bool(escapes))
