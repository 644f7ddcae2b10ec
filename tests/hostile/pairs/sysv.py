# Shared memory, semaphores and messages of System V's, under keys that all know.
import ctypes
import sys
import time

IPC_CREAT, IPC_EXCL, KEY = 0o1000, 0o2000, 4711
libc = ctypes.CDLL(None)
flags = IPC_CREAT | IPC_EXCL | 0o666
made = (libc.shmget(KEY, 4096, flags), libc.semget(KEY, 1, flags), libc.msgget(KEY, flags))
time.sleep(float(sys.argv[1]))
print(f"escaped: {made}" if -1 in made else "contained")
