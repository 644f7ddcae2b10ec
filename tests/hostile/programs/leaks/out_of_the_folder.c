// Up and out of wherever it is, by every descriptor and link that a launcher may have left.
// expect: ending=exited exit=0 stdout=contained
// outside: escapes
#include "attempt.h"

int main(void) {
    char path[256];
    const char *up = "../../../../../../../../../../../../etc/shadow";
    attempt("by ..", open(up, O_RDONLY));
    snprintf(path, sizeof path, "/proc/self/cwd/%s", up);
    attempt("by the folder's link", open(path, O_RDONLY));
    snprintf(path, sizeof path, "/proc/self/root/%s", up);
    attempt("by the root's link", open(path, O_RDONLY));
    for (int number = 0; number < 1024; number++) {
        snprintf(path, sizeof path, "/proc/self/fd/%d/%s", number, up);
        attempt("by a descriptor", open(path, O_RDONLY));
        snprintf(path, sizeof path, "/proc/1/fd/%d", number);
        attempt("by a descriptor of init's", open(path, O_RDONLY));
    }
    for (int up_again = 0; up_again < 64; up_again++)
        if (chdir("..")) return 1;
    attempt("by chdir", access("etc/shadow", F_OK));
    return say();
}
