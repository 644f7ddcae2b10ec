// A file beyond the limit of files: the kernel's own signal, not one of our limits.
// limits: file_bytes=1MiB
// expect: ending=signalled signal=SIGXFSZ
#include "attempt.h"

int main(void) {
    int file = open("giant", O_CREAT | O_RDWR, 0600);
    return ftruncate(file, 2 << 20) != 0;
}
