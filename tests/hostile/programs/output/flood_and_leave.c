// Floods within what a pipe holds beyond the limit, and leaves with a clean word.
// limits: output_bytes=1MiB
// expect: ending=output_limit
#include "attempt.h"

int main(void) {
    static char data[1 << 16];
    for (int written = 0; written < 17; written++)
        if (write(1, data, sizeof data) < 0) return 1;
    return 0;
}
