# A tree so deep that no path reaches its end.
# expect: ending=exited exit=0 stdout=contained
import os

for _ in range(3000):
    os.mkdir("d")
    os.chdir("d")
open("treasure", "w").close()
print("contained")
