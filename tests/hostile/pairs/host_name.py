# What another has set, where it may set anything.
import ctypes
import os
import sys
import time

libc = ctypes.CDLL(None)
libc.sethostname(b"mark", 4)
libc.setdomainname(b"mark", 4)
os.umask(0o77)
time.sleep(float(sys.argv[1]))
print("escaped: a name" if "mark" in (os.uname().nodename, os.uname()[4]) else "contained")
