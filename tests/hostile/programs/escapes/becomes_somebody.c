// Other users and groups, by every call.
// expect: ending=exited exit=0 stdout=contained
#include "attempt.h"

#include <grp.h>
#include <sys/fsuid.h>

int main(void) {
    const unsigned ids[] = {0, 1, 1001, 65534, 1900000000, 1900000001};
    for (unsigned number = 0; number < sizeof ids / sizeof *ids; number++) {
        unsigned id = ids[number];
        attempt("setuid", setuid(id));
        attempt("setreuid", setreuid(id, id));
        attempt("setresuid", setresuid(-1, id, -1));
        attempt("setgid", setgid(id));
        attempt("setresgid", setresgid(-1, -1, id));
        attempt("setgroups", setgroups(1, &id));
        setfsuid(id);
        attempt("setfsuid", setfsuid(-1) == 1000 ? -1 : 0);
    }
    uid_t real, effective, saved;
    attempt("getresuid", getresuid(&real, &effective, &saved) ? 0 : -1);
    attempt("an id kept in reserve", real == 1000 && effective == 1000 && saved == 1000 ? -1 : 0);
    attempt("groups kept", getgroups(0, NULL) ? 0 : -1);
    return say();
}
