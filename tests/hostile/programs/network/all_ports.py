# Takes every port it can: they are its own network's, and gone with it.
# limits: cpu_time_s=3
# expect: ending=exited exit=0 stdout=contained
import socket

hoard = []
try:
    for port in range(1024, 65536):
        sock = socket.socket()
        sock.bind(("127.0.0.1", port))
        sock.listen()
        hoard.append(sock)
except OSError:
    pass
print("contained")
