// Does to its streams what might trouble those who hold the other ends.
// expect: ending=exited exit=0 stdout=contained
#include "attempt.h"

int main(void) {
    for (int stream = 0; stream < 3; stream++) {
        fcntl(stream, F_SETFL, O_NONBLOCK | O_ASYNC | O_DIRECT);
        fcntl(stream, F_SETOWN, 1);
        fcntl(stream, F_SETPIPE_SZ, 4096);
        flock(stream, 2);
        attempt("a place in a pipe", lseek(stream, 0, SEEK_SET));
        attempt("a pipe cut short", ftruncate(stream, 0));
    }
    return say();
}
