# Links to what it may not read, and names for files that are not its own.
# expect: ending=exited exit=0 stdout=contained
import os
import sys

escapes: list[object] = []
for number, target in enumerate(("/etc/shadow", "/root", "/proc/1/root", "/proc/1/environ")):
    os.symlink(target, f"link{number}")
    try:
        escapes.append(os.open(f"link{number}", os.O_RDONLY))
    except OSError:
        pass
for number, target in enumerate(("/etc/passwd", "/usr/bin/env", "/dev/null", "/proc/self/exe")):
    try:
        os.link(target, f"hard{number}")
        escapes.append(target)
    except OSError:
        pass
os.symlink("loop", "loop")
os.symlink("/workspace", "/tmp/workspace")
print(f"escaped: {escapes}" if escapes else "contained")
sys.exit(bool(escapes))
