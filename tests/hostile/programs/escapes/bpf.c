// Programs for the kernel's own machine, by the front door and by sockets.
// expect: ending=exited exit=0 stdout=contained
// outside: escapes
#include "attempt.h"

#include <sys/socket.h>

int main(void) {
    struct { unsigned type, key, value, entries, flags; char rest[100]; } map = {2, 4, 4, 1, 0, ""};
    attempt("a map", syscall(SYS_bpf, 0, &map, sizeof map));
    attempt("a program", syscall(SYS_bpf, 5, &map, sizeof map));
    int one = 1, sock = socket(AF_INET, SOCK_DGRAM, 0);
    attempt("a program at a socket", setsockopt(sock, SOL_SOCKET, SO_ATTACH_BPF, &one, sizeof one));
    return say();
}
