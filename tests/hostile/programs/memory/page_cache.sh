# Reads more of the disk than it has memory: the cache gives way, the program lives.
# limits: memory_bytes=32MiB
# expect: ending=exited exit=0 stdout=contained
cat /usr/lib/*-linux-gnu/*.so* 2>/dev/null | head -c 100M >/dev/null
echo contained
