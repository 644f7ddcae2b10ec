# Opens until it is refused.
# expect: ending=exited exit=0 stdout=contained
import os
import sys

opened = 0
try:
    while opened < 1 << 17:
        os.dup(0)
        opened += 1
except OSError:
    pass
print("contained" if opened < 1024 else f"escaped: {opened}")
sys.exit(opened >= 1024)
