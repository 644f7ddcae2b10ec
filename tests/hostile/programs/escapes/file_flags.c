// Flags of files that outlast them, or lock out who tidies up.
// expect: ending=exited exit=0 stdout=contained
#include "attempt.h"

#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/xattr.h>

int main(void) {
    int flags = FS_IMMUTABLE_FL | FS_APPEND_FL, file = open("f", O_CREAT | O_RDWR, 0600);
    attempt("immutable", ioctl(file, FS_IOC_SETFLAGS, &flags));
    attempt("frozen", ioctl(file, FIFREEZE, 0));
    attempt("a capability", setxattr("f", "security.capability", "\1\0\0\2\377\377\377\377", 20, 0));
    attempt("a trusted mark", setxattr("f", "trusted.x", "y", 1, 0));
    attempt("an owner", chown("f", 0, 0));
    return say();
}
