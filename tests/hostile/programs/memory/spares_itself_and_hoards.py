# Makes its hoarding children the last choice of the kernel's, as far as it may.
# limits: memory_bytes=64MiB cpu_time_s=5 wall_time_s=15
# expect: ending=memory_limit
import os

for value in range(0, 1001, 100):
    try:
        with open("/proc/self/oom_score_adj", "w") as file:
            file.write(str(value))
        break
    except OSError:
        continue
for _ in range(4):
    os.fork()
hoard = []
while True:
    hoard.append(b"x" * (1 << 18))
