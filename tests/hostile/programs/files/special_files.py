# Pipes and sockets in the place of files.
# expect: ending=exited exit=0 stdout=contained
import os
import socket

for folder in ("/workspace", "/tmp", "/dev/shm"):
    os.mkfifo(f"{folder}/pipe")
    socket.socket(socket.AF_UNIX).bind(f"{folder}/socket")
    os.symlink("pipe", f"{folder}/main")
print("contained")
