# Hoards bytes.
# limits: memory_bytes=64MiB cpu_time_s=5 wall_time_s=15
# expect: ending=memory_limit
hoard = []
while True:
    hoard.append(b"x" * (1 << 20))
