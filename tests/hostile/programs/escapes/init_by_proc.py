# Everything that /proc offers of PID 1, to read and to write.
# expect: ending=exited exit=0 stdout=contained
# outside: escapes
import os
import sys

escapes = []
for name in ("mem", "environ", "maps", "exe", "root", "cwd", "fd", "fd/0", "fd/3", "ns/mnt", "auxv",
             "syscall", "stack", "oom_score_adj", "comm", "clear_refs", "status"):  # fmt: skip
    for flags in (os.O_RDONLY, os.O_WRONLY):
        if flags == os.O_WRONLY and os.getuid() == 0:
            continue
        try:
            os.close(os.open(f"/proc/1/{name}", flags))
            escapes.append(name)
        except OSError:
            pass
print(f"escaped: {escapes}" if escapes else "contained")
sys.exit(bool(escapes))
