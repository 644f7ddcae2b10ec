// Types into the terminal of whoever started it, or takes one for itself.
// expect: ending=exited exit=0 stdout=contained
#include "attempt.h"

#include <sys/ioctl.h>
#include <termios.h>

int main(void) {
    char key = 'x', paste[] = {3, 'x'};
    for (int stream = 0; stream < 3; stream++) {
        attempt("a typed key", ioctl(stream, TIOCSTI, &key));
        attempt("a pasted word", ioctl(stream, TIOCLINUX, paste));
        attempt("a terminal taken", ioctl(stream, TIOCSCTTY, 1));
    }
    attempt("/dev/tty", open("/dev/tty", O_RDWR));
    attempt("/dev/ptmx", open("/dev/ptmx", O_RDWR));
    attempt("/dev/console", open("/dev/console", O_RDWR | O_NOCTTY));
    attempt("vhangup", syscall(SYS_vhangup));
    return say();
}
