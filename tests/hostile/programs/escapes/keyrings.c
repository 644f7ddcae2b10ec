// Keys outlive processes, and are counted and found by uid.
// expect: ending=exited exit=0 stdout=contained
#include "attempt.h"

int main(void) {
    for (long ring = -5; ring < 0; ring++) {
        attempt("add_key", syscall(SYS_add_key, "user", "mark", "x", 1, ring));
        attempt("keyctl", syscall(SYS_keyctl, 0, ring, 1));
        attempt("request_key", syscall(SYS_request_key, "user", "mark", "", ring));
    }
    return say();
}
