# Wants to be the last one whom the kernel takes when memory runs out.
# expect: ending=exited exit=0 stdout=contained
import sys

for name, value in (("oom_score_adj", "-1000"), ("oom_score_adj", "-1"), ("oom_adj", "-17")):
    try:
        with open(f"/proc/self/{name}", "w") as file:
            file.write(value)
    except OSError:
        continue
    print("escaped:", name, value)
    sys.exit(1)
print("contained")
