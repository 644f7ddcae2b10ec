// What the kernel says of the host and of other programs.
// expect: ending=exited exit=0 stdout=contained
// outside: escapes
#include "attempt.h"

#include <sys/klog.h>

int main(void) {
    static char log[4096];
    attempt("syslog", klogctl(3, log, sizeof log));
    attempt("the size of the log", klogctl(10, NULL, 0));
    attempt("/dev/kmsg", open("/dev/kmsg", O_RDONLY));
    attempt("/proc/kmsg", open("/proc/kmsg", O_RDONLY | O_NONBLOCK));
    return say();
}
