# The devices are the host's own nodes: their times and modes may not change.
# expect: ending=exited exit=0 stdout=contained
# outside: escapes
import os
import sys

escapes = []
for name in ("null", "zero", "full", "random", "urandom"):
    path = f"/dev/{name}"
    before = os.stat(path)
    try:
        os.utime(path)
        escapes.append(f"{path} keeps times")
    except OSError:
        pass
    try:
        os.chmod(path, before.st_mode & 0o777)
        escapes.append(f"{path} keeps modes")
    except OSError:
        pass
    with open(path, "rb") as file:
        file.read(1)
    if os.stat(path).st_atime_ns != before.st_atime_ns:
        escapes.append(f"{path} tells when it was read")
print(f"escaped: {escapes}" if escapes else "contained")
sys.exit(bool(escapes))
