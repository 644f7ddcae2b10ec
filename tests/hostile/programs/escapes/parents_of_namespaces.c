// Asks namespaces for those above them.
// expect: ending=exited exit=0 stdout=contained
#include "attempt.h"

#include <linux/nsfs.h>
#include <sys/ioctl.h>

int main(void) {
    int user = open("/proc/self/ns/user", O_RDONLY), pid = open("/proc/self/ns/pid", O_RDONLY);
    if (user < 0 || pid < 0) return 2;
    attempt("the user namespace above", ioctl(user, NS_GET_PARENT));
    attempt("the owner of the one above", ioctl(user, NS_GET_USERNS));
    int above = ioctl(pid, NS_GET_PARENT);
    attempt("two pid namespaces above", above < 0 ? -1 : ioctl(above, NS_GET_PARENT));
    return say();
}
