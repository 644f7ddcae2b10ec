// Reserves a terabyte and touches nothing: no harm, and no limit met.
// expect: ending=exited exit=0 stdout=contained
#include "attempt.h"

#include <sys/mman.h>

int main(void) {
    mmap(NULL, 1UL << 40, PROT_READ | PROT_WRITE,
         MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return say();
}
