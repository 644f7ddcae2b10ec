// What a launcher may have forgotten to close: everything above the three streams.
// expect: ending=exited exit=0 stdout=contained
#include "attempt.h"

#include <sys/stat.h>

int main(void) {
    for (int number = 3; number < 1 << 16; number++) attempt("one above 2", fcntl(number, F_GETFD));
    for (int stream = 0; stream < 3; stream++) {
        struct stat status;
        attempt("a stream that is no pipe",
                fstat(stream, &status) == 0 && S_ISFIFO(status.st_mode) ? -1 : 0);
    }
    return say();
}
