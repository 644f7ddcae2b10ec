// Packets made by hand, and pings.
// expect: ending=exited exit=0 stdout=contained
// outside: escapes
#include "attempt.h"

#include <netinet/in.h>
#include <sys/socket.h>

int main(void) {
    const int families[] = {AF_INET, AF_INET6};
    const int protocols[] = {IPPROTO_ICMP, IPPROTO_RAW, IPPROTO_TCP, IPPROTO_UDP, IPPROTO_ICMPV6};
    for (int family = 0; family < 2; family++)
        for (int protocol = 0; protocol < 5; protocol++)
            attempt("a raw socket", socket(families[family], SOCK_RAW, protocols[protocol]));
    attempt("a packet socket", socket(AF_PACKET, SOCK_RAW, 0));
    return say();
}
