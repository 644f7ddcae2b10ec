# The variables that everyone gets, and those of nobody else.
# expect: ending=exited exit=0 stdout=contained
# outside: escapes
import glob
import os
import sys

KNOWN = {"PATH", "HOME", "LANG", "TMPDIR", "USER", "LC_CTYPE"}
escapes = sorted(set(os.environ) - KNOWN)
for name in glob.glob("/proc/[0-9]*/environ"):
    try:
        with open(name, "rb") as file:
            words = file.read().split(b"\0")
    except OSError:
        continue
    names = {word.partition(b"=")[0].decode() for word in words if word}
    escapes += sorted(names - KNOWN)
print(f"escaped: {escapes[:9]}" if escapes else "contained")
sys.exit(bool(escapes))
