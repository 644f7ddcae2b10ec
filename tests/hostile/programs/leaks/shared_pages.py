# A page that is shared with whoever started the program would be a way to talk to them.
# expect: ending=exited exit=0 stdout=contained
import sys

with open("/proc/self/maps") as file:
    shared = [line for line in file if line.split()[1].endswith("s") and "/usr/" not in line]
print(f"escaped: {shared}" if shared else "contained")
sys.exit(bool(shared))
