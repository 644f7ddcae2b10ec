# Ends the one who reports, and would be reported as a success.
# expect: ending=exited exit=4
import os
import signal
import sys

for target in (1, os.getppid(), -1):
    for number in (signal.SIGKILL, signal.SIGTERM, signal.SIGSTOP):
        try:
            os.kill(target, number)
        except OSError:
            pass
sys.exit(4)
