# Blocks whatever can be blocked, and sleeps.
# limits: wall_time_s=0.5
# expect: ending=wall_time_limit
import signal
import time

signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
while True:
    time.sleep(60)
