// The host's secrets as source: their text would be in the error messages.
// expect: step=compile ending=exited exit=1
#include "/etc/shadow"
#include "/proc/1/environ"
#include "/root/.bash_history"
#include "/root/.ssh/id_rsa"

int main(void) {}
