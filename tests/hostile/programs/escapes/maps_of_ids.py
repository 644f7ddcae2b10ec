# Writes the tables that say who is who.
# expect: ending=exited exit=0 stdout=contained
import os
import sys

escapes = []
for name, text in (("uid_map", "0 1000 1\n"), ("gid_map", "0 1000 1\n"), ("setgroups", "allow")):
    try:
        file = os.open(f"/proc/self/{name}", os.O_WRONLY)
        os.write(file, text.encode())
        escapes.append(name)
    except OSError:
        pass
print(f"escaped: {escapes}" if escapes else "contained")
sys.exit(bool(escapes))
