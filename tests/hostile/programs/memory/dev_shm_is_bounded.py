# /dev/shm holds half the memory and not a byte more.
# limits: memory_bytes=64MiB file_bytes=64MiB
# expect: ending=exited exit=0 stdout=contained
import os
import sys

written = 0
try:
    with open("/dev/shm/fill", "wb", buffering=0) as file:
        while written < 1 << 28:
            written += file.write(bytes(1 << 20))
except OSError:
    pass
os.unlink("/dev/shm/fill")
print("contained" if 0 < written <= 32 << 20 else f"escaped: {written} bytes")
sys.exit(not 0 < written <= 32 << 20)
