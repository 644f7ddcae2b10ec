// Every signal to PID 1, by every call that sends one, from its first instruction on.
// times: 20
// expect: ending=exited exit=0 stdout=contained
#include "attempt.h"

int main(void) {
    attempt("kill at once", kill(1, 0));
    int handle = syscall(SYS_pidfd_open, 1, 0);
    for (int number = 0; number <= SIGRTMAX; number++) {
        siginfo_t info = {.si_signo = number, .si_code = SI_QUEUE};
        attempt("kill", kill(1, number));
        attempt("tgkill", syscall(SYS_tgkill, 1, 1, number));
        attempt("tkill", syscall(SYS_tkill, 1, number));
        attempt("rt_sigqueueinfo", syscall(SYS_rt_sigqueueinfo, 1, number, &info));
        attempt("pidfd_send_signal", syscall(SYS_pidfd_send_signal, handle, number, NULL, 0));
    }
    return say();
}
