// Descriptors sent and never received, whose sockets are then sent themselves.
// expect: ending=exited exit=0 stdout=contained
// limits: cpu_time_s=5 wall_time_s=15
// expect: ending=memory_limit
#include "attempt.h"

#include <sys/socket.h>

static int send_both(int over, int ends[2]) {
    char room[CMSG_SPACE(2 * sizeof(int))] = {0};
    struct iovec word = {"x", 1};
    struct msghdr message = {.msg_iov = &word, .msg_iovlen = 1, .msg_control = room,
                             .msg_controllen = sizeof room};
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(2 * sizeof(int));
    memcpy(CMSG_DATA(header), ends, 2 * sizeof(int));
    return sendmsg(over, &message, MSG_DONTWAIT) < 0 ? -1 : 0;
}

int main(void) {
    long sent = 0;
    int holder[2], ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, holder)) return 1;
    for (; sent < 100000; sent++) {
        if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) || send_both(ends[0], holder)) break;
        close(holder[0]);
        close(holder[1]);
        memcpy(holder, ends, sizeof ends);
    }
    attempt("no end of descriptors in flight", sent < 100000 ? -1 : sent);
    return say();
}
