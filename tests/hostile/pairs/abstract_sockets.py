# A socket by a name that lies in no folder.
import socket
import sys
import time

sock = socket.socket(socket.AF_UNIX)
try:
    sock.bind("\0mark")
    found = False
except OSError:
    found = True
sock.listen()
time.sleep(float(sys.argv[1]))
print("escaped: a name" if found else "contained")
