# It lowers its own limit of CPU time below ours and meets that one: a signal, not our limit.
# expect: ending=signalled signal=SIGXCPU
import resource

resource.setrlimit(resource.RLIMIT_CPU, (1, 2))
while True:
    pass
