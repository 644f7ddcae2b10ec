# The program itself waits; its children burn.
# limits: cpu_time_s=0.3 wall_time_s=3
# expect: ending=cpu_time_limit
for number in 1 2 3 4; do
    (while :; do :; done) &
done
wait
