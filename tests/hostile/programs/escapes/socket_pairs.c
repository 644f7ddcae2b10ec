// Pairs of sockets of other families than the one that has pairs.
// expect: ending=exited exit=0 stdout=contained
#include "attempt.h"

#include <sys/socket.h>

int main(void) {
    int ends[2];
    for (int family = 0; family < 64; family++) {
        if (family == AF_UNIX) continue;
        for (int type = 1; type < 6; type++) attempt("a pair", socketpair(family, type, 0, ends));
    }
    return say();
}
