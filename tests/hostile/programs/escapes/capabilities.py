# All five sets of capabilities are empty, and nothing brings one back.
# expect: ending=exited exit=0 stdout=contained
# outside: escapes
import ctypes
import sys

libc = ctypes.CDLL(None)
with open("/proc/self/status") as file:
    fields = {name: value.strip() for name, _, value in (line.partition(":") for line in file)}
escapes = [name for name in fields if name.startswith("Cap") and int(fields[name], 16)]
if fields["NoNewPrivs"] != "1" or fields["Seccomp"] != "2":
    escapes.append("no_new_privs or seccomp is off")
PR_SET_NO_NEW_PRIVS, PR_GET_SECUREBITS, PR_SET_SECUREBITS, PR_CAP_AMBIENT = 38, 27, 28, 47
if libc.prctl(PR_GET_SECUREBITS) & 0b101010 != 0b101010:
    escapes.append("securebits are not locked")
for name, words in (
    ("securebits", (PR_SET_SECUREBITS, 0)),
    ("no_new_privs undone", (PR_SET_NO_NEW_PRIVS, 0, 0, 0, 0)),
    ("ambient", (PR_CAP_AMBIENT, 2, 21, 0, 0)),
):
    if libc.prctl(*words) == 0:
        escapes.append(name)
print(f"escaped: {escapes}" if escapes else "contained")
sys.exit(bool(escapes))
