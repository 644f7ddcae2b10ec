// Exchanges the folders that others know by name.
// expect: ending=exited exit=0 stdout=contained
#include "attempt.h"

int main(void) {
    int made = open("/tmp/mine", O_CREAT | O_RDWR, 0600);
    close(made);
    attempt("/workspace renamed", rename("/workspace", "/elsewhere"));
    attempt("/tmp removed", rmdir("/tmp"));
    attempt("/dev/null exchanged", syscall(SYS_renameat2, AT_FDCWD, "/tmp/mine", AT_FDCWD,
                                           "/dev/null", 2));
    attempt("/program removed", rmdir("/program"));
    attempt("a link over /proc", symlink("/tmp", "/proc/x"));
    return say();
}
