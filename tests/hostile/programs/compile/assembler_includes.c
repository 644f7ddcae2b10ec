// The assembler has an include of its own.
// expect: step=compile ending=exited exit=1
__asm__(".include \"/etc/shadow\"");
int main(void) {}
