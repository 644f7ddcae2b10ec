# Work left behind in the background; the exit code is still the shell's own.
# expect: ending=exited exit=3
sleep 60 &
(setsid sleep 60 &)
nohup sleep 60 >/dev/null 2>&1 &
disown -a
exit 3
