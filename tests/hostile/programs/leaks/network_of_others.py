# Sockets of anyone else: in the tables of /proc there may be none that has a name or an address.
# expect: ending=exited exit=0 stdout=contained
import sys

escapes = []
for table in ("tcp", "tcp6", "udp", "udp6", "unix", "raw", "packet", "arp", "route", "igmp6"):
    try:
        with open(f"/proc/self/net/{table}") as file:
            lines = [line.strip() for line in file.readlines()[1:]]
    except OSError:
        continue
    if table == "unix":
        lines = [line for line in lines if len(line.split()) > 7]
    escapes += [f"{table}: {line}" for line in lines if " lo" not in line]
print(f"escaped: {escapes[:2]}" if escapes else "contained")
sys.exit(bool(escapes))
