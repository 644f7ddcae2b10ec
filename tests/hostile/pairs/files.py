# Leaves files wherever it may, and looks for those of another job.
import os
import sys
import time

FOLDERS = ("/workspace", "/tmp", "/dev/shm", "/var/tmp")
found = [f"{folder}/mark" for folder in FOLDERS if os.path.exists(f"{folder}/mark")]
for folder in FOLDERS:
    open(f"{folder}/mark", "w").close()
time.sleep(float(sys.argv[1]))
print(f"escaped: {found}" if found else "contained")
