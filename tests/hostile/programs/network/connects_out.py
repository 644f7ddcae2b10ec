# Everywhere else: the world, the neighbourhood, the cloud's own service.
# expect: ending=exited exit=0 stdout=contained
import socket
import sys

escapes = []
for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
    for address in ("1.1.1.1", "10.0.0.1", "172.17.0.1", "192.168.1.1", "169.254.169.254",
                    "224.0.0.1", "255.255.255.255", "100.100.100.200"):  # fmt: skip
        with socket.socket(socket.AF_INET, kind) as sock:
            sock.settimeout(0.2)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
            if sock.connect_ex((address, 53)) == 0:
                escapes.append(address)
    for address in ("2606:4700:4700::1111", "fd00:ec2::254", "fe80::1%1", "ff02::1%1"):
        with socket.socket(socket.AF_INET6, kind) as sock:
            sock.settimeout(0.2)
            if sock.connect_ex((address, 53)) == 0 and "%" not in address:
                escapes.append(address)
print(f"escaped: {escapes}" if escapes else "contained")
sys.exit(bool(escapes))
