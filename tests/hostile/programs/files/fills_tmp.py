# The same for /tmp, by one file.
# limits: file_bytes=4MiB
# expect: ending=exited exit=0 stdout=contained
import sys

written = 0
try:
    with open("/tmp/fill", "wb", buffering=0) as file:
        while written < 1 << 26:
            written += file.write(bytes(1 << 16))
except OSError:
    pass
print("contained" if 0 < written <= 4 << 20 else f"escaped: {written} bytes")
sys.exit(not 0 < written <= 4 << 20)
