# A variable that doubles.
# limits: memory_bytes=64MiB
# expect: ending=memory_limit
word=x
while :; do word=$word$word; done
