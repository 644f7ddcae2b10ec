import socket

# An address that is reserved for documentation: even with a network, nobody answers there.
socket.create_connection(("192.0.2.1", 80), timeout=5)
