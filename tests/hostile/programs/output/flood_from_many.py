# Every child floods, none of them much.
# limits: processes=32
# expect: ending=output_limit
import os

for _ in range(4):
    os.fork()
while True:
    os.write(1, bytes(4096))
