# A child goes on talking when the program has had its last word.
# expect: ending=exited exit=5
import os

if os.fork() == 0:
    while True:
        os.write(1, b"late\n" * 100)
os._exit(5)
