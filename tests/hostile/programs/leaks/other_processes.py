# Every process but its own, init among them.
# expect: ending=exited exit=0 stdout=contained
# outside: escapes
import os
import sys

mine = {str(os.getpid()), str(os.getppid())}
others = [name for name in os.listdir("/proc") if name.isdigit() and name not in mine]
escapes = [name for name in [*others, "1"] if os.path.exists(f"/proc/{name}")]
print(f"escaped: {escapes}" if escapes else "contained")
sys.exit(bool(escapes))
