// A system call a byte: it costs the reader more than the writer.
// limits: output_bytes=256KiB
// expect: ending=output_limit
// expect: ending=cpu_time_limit
#include "attempt.h"

int main(void) {
    for (;;)
        if (write(1, "x", 1) < 0) return 1;
}
