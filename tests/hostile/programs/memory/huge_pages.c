// Huge pages are a pool of the host's that no memory limit counts.
// expect: ending=exited exit=0 stdout=contained
#include "attempt.h"

#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/shm.h>

int main(void) {
    size_t size = 2 << 20;
    char *mapped = mmap(NULL, size, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB, -1, 0);
    attempt("a mapping of huge pages", mapped == MAP_FAILED ? -1 : 0);
    attempt("a segment of huge pages", shmget(IPC_PRIVATE, size, IPC_CREAT | SHM_HUGETLB | 0600));
    int file = memfd_create("huge", MFD_HUGETLB);
    attempt("a memory file of huge pages", file < 0 ? -1 : fallocate(file, 0, 0, size));
    return say();
}
