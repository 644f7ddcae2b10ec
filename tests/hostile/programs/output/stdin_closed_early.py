# Reads a little of its input and closes it.
# expect: ending=exited exit=0 stdout=contained
import os

os.read(0, 100)
os.close(0)
print("contained")
