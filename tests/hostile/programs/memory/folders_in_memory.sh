# Fills every folder it may write to: together they are more than its memory.
# limits: memory_bytes=64MiB file_bytes=64MiB cpu_time_s=5 wall_time_s=15
# expect: ending=memory_limit
for folder in /dev/shm /tmp /workspace; do
    head -c 200M /dev/zero >$folder/fill 2>/dev/null
done
echo contained
