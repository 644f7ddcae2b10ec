// The same by the younger calls, which filters of old do not know.
// expect: ending=exited exit=0 stdout=contained
// outside: escapes
#include "attempt.h"

#include <sys/mount.h>

int main(void) {
    if (getuid() == 0 && unshare(CLONE_NEWNS)) return say();
    mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL);
    long context = syscall(SYS_fsopen, "tmpfs", 0), tree = syscall(SYS_open_tree, -100, "/", 1);
    attempt("fsopen", context);
    attempt("open_tree", tree);
    attempt("fsconfig", syscall(SYS_fsconfig, context, 6, NULL, NULL, 0));
    attempt("fsmount", syscall(SYS_fsmount, context, 0, 0));
    attempt("fspick", syscall(SYS_fspick, -100, "/", 0));
    attempt("move_mount", syscall(SYS_move_mount, tree, "", -100, "/tmp", 4));
    long attributes[4] = {0, 1, 0, 0};
    attempt("mount_setattr", syscall(SYS_mount_setattr, -100, "/", 0, attributes, 32));
    return say();
}
