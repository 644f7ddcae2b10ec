# A variable that doubles.
# limits: memory_bytes=64MiB cpu_time_s=5 wall_time_s=15
# expect: ending=memory_limit
word=x
while :; do word=$word$word; done
