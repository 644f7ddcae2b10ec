# Each stream is below the limit, both together are above it.
# expect: ending=output_limit
head -c 3M /dev/zero
head -c 3M /dev/zero >&2
sleep 60
