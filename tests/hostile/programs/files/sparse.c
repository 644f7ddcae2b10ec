// Giants that take no room: four gigabytes by one call.
// expect: ending=exited exit=0 stdout=contained
#include "attempt.h"

int main(void) {
    signal(SIGXFSZ, SIG_IGN);
    int file = open("giant", O_CREAT | O_RDWR, 0600);
    attempt("a giant by ftruncate", ftruncate(file, 4L << 30));
    attempt("a giant by fallocate", fallocate(file, 0, 0, 4L << 30));
    attempt("a giant without a size", fallocate(file, FALLOC_FL_KEEP_SIZE, 0, 4L << 30));
    attempt("a giant by writing at its end", pwrite(file, "x", 1, 4L << 30));
    return say();
}
