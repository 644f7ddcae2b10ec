# A port of TCP and one of UDP, with connections that are left behind.
import socket
import sys
import time

found = []
server = socket.socket()
datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for sock in (server, datagrams):
    try:
        sock.bind(("0.0.0.0", 4712))
    except OSError as error:
        found.append(str(error))
if not found:
    server.listen()
    ends = [(socket.create_connection(("127.0.0.1", 4712)), server.accept()[0]) for _ in range(8)]
    for near, far in ends[:4]:
        far.close()
        near.close()
time.sleep(float(sys.argv[1]))
print(f"escaped: {found}" if found else "contained")
