# Datagrams to itself over loopback that it never receives.
# limits: memory_bytes=64MiB cpu_time_s=5 wall_time_s=15
# expect: ending=memory_limit
# expect: ending=exited exit=0 stdout=contained
import socket

hoard = []
try:
    while True:
        receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        receiver.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 24)
        receiver.bind(("127.0.0.1", 0))
        hoard.append(receiver)
        sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sender.setblocking(False)
        for _ in range(16):
            sender.sendto(bytes(1 << 15), receiver.getsockname())
except OSError:
    print("contained")
