// Mounts of every kind, by the old calls.
// expect: ending=exited exit=0 stdout=contained
// outside: escapes
#include "attempt.h"

#include <sys/mount.h>

int main(void) {
    if (getuid() == 0 && unshare(CLONE_NEWNS)) return say();
    mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL);
    attempt("a tmpfs", mount("none", "/tmp", "tmpfs", 0, NULL));
    attempt("a bind", mount("/usr", "/tmp", NULL, MS_BIND, NULL));
    attempt("a proc", mount("none", "/proc", "proc", 0, NULL));
    attempt("a sysfs", mount("none", "/tmp", "sysfs", 0, NULL));
    attempt("groups", mount("none", "/tmp", "cgroup2", 0, NULL));
    if (getuid() == 0) return say();
    attempt("a writable /usr", mount("none", "/usr", NULL, MS_REMOUNT | MS_BIND, NULL));
    attempt("a writable root", mount("none", "/", NULL, MS_REMOUNT, NULL));
    attempt("set-uid", mount("none", "/workspace", NULL, MS_REMOUNT | MS_BIND, NULL));
    attempt("/proc taken away", umount2("/proc", MNT_DETACH));
    attempt("/tmp taken away", umount2("/tmp", MNT_DETACH));
    return say();
}
