# kill 0: it ends its own group, which is nobody but itself.
# expect: ending=signalled signal=SIGKILL
kill -KILL 0
