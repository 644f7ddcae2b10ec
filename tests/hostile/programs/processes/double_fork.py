# A daemon by the book: forks twice, leads its own session, leaves the folder, ignores hang-ups.
# expect: ending=exited exit=0 stdout=contained
import os
import signal
import time

ready, tell = os.pipe()
if os.fork() == 0:
    os.setsid()
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    if os.fork():
        os._exit(0)
    os.chdir("/")
    os.write(tell, b"x")
    while True:
        time.sleep(1)
os.read(ready, 1)
print("contained")
