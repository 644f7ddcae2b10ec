# Dead children that nobody reaps hold on to their places, up to the limit.
# limits: processes=32
# expect: ending=exited exit=0 stdout=contained
import os
import sys

made = 0
try:
    while made < 1000:
        if os.fork() == 0:
            os._exit(0)
        made += 1
except OSError:
    pass
print("contained" if made < 32 else f"escaped: {made} zombies")
sys.exit(made >= 32)
