# A new file in every folder near the root: three of them take it.
# expect: ending=exited exit=0 stdout=contained
import glob
import os
import sys

OWN = ("/workspace/", "/tmp/", "/dev/shm/", "/var/tmp/", "/proc/")
folders = [*glob.glob("/*/"), *glob.glob("/*/*/"), "/", "/usr/local/lib/", "/usr/share/doc/"]
escapes = []
for folder in folders:
    if folder.startswith(OWN):
        continue
    try:
        os.close(os.open(f"{folder}new", os.O_CREAT | os.O_EXCL | os.O_WRONLY))
        escapes.append(folder)
    except OSError:
        pass
if len(folders) < 10:
    escapes.append("nothing was there to be tried")
print(f"escaped: {escapes[:5]}" if escapes else "contained")
sys.exit(bool(escapes))
