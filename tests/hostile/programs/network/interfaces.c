// Gives itself an address, a route, an interface, a rule of the firewall.
// expect: ending=exited exit=0 stdout=contained
#include "attempt.h"

#include <arpa/inet.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <net/route.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

int main(void) {
    int sock = socket(AF_INET, SOCK_DGRAM, 0), mark = 7, one = 1;
    struct ifreq face = {.ifr_name = "lo"};
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = inet_addr("10.0.0.9")};
    memcpy(&face.ifr_addr, &address, sizeof address);
    struct rtentry route = {.rt_flags = RTF_UP};
    attempt("an address", ioctl(sock, SIOCSIFADDR, &face));
    face.ifr_flags = 0;
    attempt("loopback down", ioctl(sock, SIOCSIFFLAGS, &face));
    attempt("a route", ioctl(sock, SIOCADDRT, &route));
    attempt("a bridge", ioctl(sock, SIOCBRADDBR, "br0"));
    attempt("a mark", setsockopt(sock, SOL_SOCKET, SO_MARK, &mark, sizeof mark));
    attempt("another's address", setsockopt(sock, IPPROTO_IP, IP_TRANSPARENT, &one, sizeof one));
    attempt("a table of rules", setsockopt(sock, IPPROTO_IP, 64, &one, sizeof one));
    attempt("a table of rules read", getsockopt(sock, IPPROTO_IP, 64, &one, &(socklen_t){4}));
    attempt("another interface", ioctl(sock, SIOCGIFNAME, &(struct ifreq){.ifr_ifindex = 9}));
    return say();
}
