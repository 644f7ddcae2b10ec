# Opens a pipe that nobody will ever write to.
# limits: wall_time_s=0.5
# expect: ending=wall_time_limit
mkfifo pipe
cat pipe
