// The kernel writes by itself: gigabytes in one call.
// limits: output_bytes=1MiB
// expect: ending=output_limit
#include "attempt.h"

#include <sys/sendfile.h>

int main(void) {
    int file = memfd_create("zeros", 0);
    if (ftruncate(file, 1 << 23)) return 1;
    for (;;) {
        off_t start = 0;
        if (sendfile(1, file, &start, 1 << 23) < 0) return 1;
    }
}
