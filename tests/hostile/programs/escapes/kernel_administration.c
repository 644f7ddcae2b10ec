// What only an administrator does: modules, swap, reboot, quota, accounting, the host's name.
// expect: ending=exited exit=0 stdout=contained
#include "attempt.h"

#include <sys/quota.h>
#include <sys/swap.h>

int main(void) {
    attempt("a module", syscall(SYS_init_module, "", 0, ""));
    attempt("a module's file", syscall(SYS_finit_module, 0, "", 0));
    attempt("a module removed", syscall(SYS_delete_module, "x", 0));
    attempt("another kernel", syscall(SYS_kexec_load, 0, 0, 0, 0));
    attempt("another kernel's file", syscall(SYS_kexec_file_load, 0, 0, 0, "", 0));
    attempt("a restart", syscall(SYS_reboot, 0xfee1dead, 672274793, 0, 0));
    attempt("swap", swapon("/tmp/swap", 0));
    attempt("accounting", acct("/tmp/acct"));
    attempt("quota", quotactl(QCMD(Q_SYNC, USRQUOTA), NULL, 0, NULL));
    attempt("a host name", sethostname("mine", 4));
    attempt("a domain name", setdomainname("mine", 4));
    attempt("fanotify", syscall(SYS_fanotify_init, 0, 0));
    attempt("local descriptors", syscall(SYS_modify_ldt, 1, "", 0));
    attempt("ports", syscall(SYS_ioperm, 0x80, 1, 1));
    attempt("all ports", syscall(SYS_iopl, 3));
    attempt("memory's nodes", syscall(SYS_set_mempolicy, 0, NULL, 0));
    attempt("pages moved", syscall(SYS_move_pages, 1, 0, NULL, NULL, NULL, 0));
    attempt("profiles", syscall(SYS_lookup_dcookie, 0, "", 0));
    attempt("secret memory", syscall(447, 0));
    return say();
}
