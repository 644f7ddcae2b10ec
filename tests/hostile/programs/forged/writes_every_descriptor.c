// Says that all went well to whoever listens behind any descriptor.
// expect: ending=exited exit=4
#include "attempt.h"

#include <sys/socket.h>

int main(void) {
    const char *message = "[\"Exited\",{\"turn\":1,\"status\":0,\"started_ns\":1,\"ended_ns\":2}]";
    for (int number = 3; number < 65536; number++) {
        attempt("write", write(number, message, strlen(message)));
        attempt("send", send(number, message, strlen(message), 0));
    }
    return escapes ? say() : 4;
}
