// Writes to the programs that are running: its own, its interpreter's, init's.
// expect: ending=exited exit=0 stdout=contained
#include "attempt.h"

#include <sys/mman.h>

int main(void) {
    const char *paths[] = {"/proc/self/exe", "/proc/1/exe", "/program/a.out", "/bin/sh",
                           "/lib64/ld-linux-x86-64.so.2"};
    for (int number = 0; number < 5; number++) {
        attempt("opened to write", open(paths[number], O_WRONLY));
        attempt("truncated", truncate(paths[number], 0));
        int file = open(paths[number], O_RDONLY);
        void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
        attempt("mapped to write", page == MAP_FAILED ? -1 : 0);
    }
    return say();
}
