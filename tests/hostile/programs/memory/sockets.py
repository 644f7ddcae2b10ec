# Sockets whose receivers do not read, by many processes.
# limits: memory_bytes=64MiB cpu_time_s=5 wall_time_s=15
# expect: ending=memory_limit
import os
import socket
import time

for _ in range(8):
    if os.fork() == 0:
        break
hoard = []
try:
    while True:
        hoard.append(socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM))
        for end in hoard[-1]:
            end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 24)
            end.setblocking(False)
            end.send(bytes(1 << 17))
except OSError:
    time.sleep(60)
