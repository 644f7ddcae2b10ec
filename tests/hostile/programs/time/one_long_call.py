# One operation that takes hours and looks at no signal.
# limits: cpu_time_s=0.3 wall_time_s=3
# expect: ending=cpu_time_limit
print(len(str(7 ** (7**9))))
