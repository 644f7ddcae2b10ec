// Leaves connections behind, half of them closed, with words in them that nobody read.
// expect: ending=exited exit=0 stdout=contained
#include "attempt.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

int main(void) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(4711)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int server = socket(AF_INET, SOCK_STREAM, 0);
    /* Without SO_REUSEADDR: what an earlier job left would be in the way. */
    attempt("a port of an earlier job", bind(server, (void *)&address, sizeof address) ? 0 : -1);
    if (listen(server, 128)) return 2;
    for (int number = 0; number < 64; number++) {
        int near = socket(AF_INET, SOCK_STREAM, 0);
        if (connect(near, (void *)&address, sizeof address)) return 3;
        int far = accept(server, NULL, NULL);
        if (send(near, "word", 4, 0) < 0 || send(far, "word", 4, 0) < 0) return 4;
        close(number % 2 ? near : far);
    }
    return say();
}
