# Many grandchildren, each for a moment: none of them ever used much.
# limits: cpu_time_s=0.4 wall_time_s=5
# expect: ending=cpu_time_limit
import os
import time

while True:
    if os.fork() == 0:
        if os.fork() == 0:
            while time.process_time() < 0.02:
                pass
        os._exit(0)
    os.wait()
    time.sleep(0.01)
