// Makes the devices that are not there.
// expect: ending=exited exit=0 stdout=contained
// outside: escapes
#include "attempt.h"

#include <sys/stat.h>
#include <sys/sysmacros.h>

int main(void) {
    const unsigned majors[] = {1, 1, 1, 5, 7, 8, 10, 252, 253, 254};
    const unsigned minors[] = {1, 3, 11, 2, 0, 0, 229, 0, 0, 0};
    const char *folders[] = {".", "/tmp", "/dev/shm", "/dev"};
    char path[64];
    for (int number = 0; number < 10; number++)
        for (int folder = 0; folder < 4; folder++) {
            snprintf(path, sizeof path, "%s/hostile-node", folders[folder]);
            dev_t device = makedev(majors[number], minors[number]);
            attempt("a character device", mknod(path, S_IFCHR | 0666, device));
            unlink(path);
            attempt("a block device", mknod(path, S_IFBLK | 0666, device));
            unlink(path);
        }
    return say();
}
