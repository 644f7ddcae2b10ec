# Extended attributes: kernel memory behind files that are empty.
# limits: memory_bytes=64MiB cpu_time_s=5 wall_time_s=15
# expect: ending=memory_limit
# expect: ending=exited exit=0 stdout=contained
import os

try:
    for number in range(4000):
        path = f"/tmp/{number}"
        open(path, "w").close()
        for name in range(64):
            os.setxattr(path, f"user.{name}", bytes(60000))
except OSError:
    pass
print("contained")
