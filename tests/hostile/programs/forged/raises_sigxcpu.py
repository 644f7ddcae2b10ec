# The signal of a time limit, without having used any time.
# expect: ending=signalled signal=SIGXCPU verdict=runtime_error
import os
import signal

os.kill(os.getpid(), signal.SIGXCPU)
