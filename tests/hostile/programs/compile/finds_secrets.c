// Is a file there? The answer is part of the program.
// expect: ending=exited exit=0 stdout=contained
#include "attempt.h"

int main(void) {
#if __has_include("/etc/shadow") || __has_include("/root/.bashrc") || __has_include("/etc/fstab")
    attempt("a file of the host's", 0);
#endif
#if __has_include("/proc/1/status") || __has_include("/sys/kernel/notes") || __has_include("/work")
    attempt("a process of the host's", 0);
#endif
    return say();
}
