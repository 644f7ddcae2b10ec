// Event queues that watch one another, wide and deep.
// expect: ending=exited exit=0 stdout=contained
#include "attempt.h"

#include <sys/epoll.h>

int main(void) {
    static int queues[500];
    for (int number = 0; number < 500; number++) {
        queues[number] = epoll_create1(0);
        struct epoll_event event = {.events = EPOLLIN};
        for (int other = 0; other < number; other++)
            epoll_ctl(queues[number], EPOLL_CTL_ADD, queues[other], &event);
    }
    return say();
}
