# Files without a byte in them: places in the table of files run out instead.
# limits: file_bytes=4MiB
# expect: ending=exited exit=0 stdout=contained
import os
import sys

made = 0
for folder in ("/workspace", "/tmp", "/dev/shm"):
    try:
        while made < 20000:
            os.close(os.open(f"{folder}/{made}", os.O_CREAT | os.O_WRONLY))
            made += 1
    except OSError:
        continue
print("contained" if made < 20000 else "escaped: no end of files")
sys.exit(made >= 20000)
