// As much as it can, on the other stream.
// expect: ending=output_limit
#include "attempt.h"

int main(void) {
    static char line[1 << 16];
    while (write(2, line, sizeof line) > 0) continue;
}
