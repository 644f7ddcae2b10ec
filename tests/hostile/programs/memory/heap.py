# Hoards bytes.
# limits: memory_bytes=64MiB
# expect: ending=memory_limit
hoard = []
while True:
    hoard.append(b"x" * (1 << 20))
