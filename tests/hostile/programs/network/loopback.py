# It may talk to itself.
# expect: ending=exited exit=0 stdout=contained
import socket

with socket.create_server(("127.0.0.1", 0)) as server:
    with socket.create_connection(server.getsockname()) as near, server.accept()[0] as far:
        near.sendall(b"word")
        assert far.recv(4) == b"word"
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
    sock.bind(("127.0.0.1", 0))
    sock.sendto(b"word", sock.getsockname())
    assert sock.recv(4) == b"word"
print("contained")
