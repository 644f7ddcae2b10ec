# A child stops its parent and then spins.
# limits: cpu_time_s=0.3 wall_time_s=3
# expect: ending=cpu_time_limit
import os
import signal

if os.fork() == 0:
    os.kill(os.getppid(), signal.SIGSTOP)
    while True:
        pass
os.wait()
