// A file of the host's in the middle of the program, put there by the assembler.
// expect: step=compile ending=exited exit=1
#include <stdio.h>

__asm__(".data\n.globl secret\nsecret: .incbin \"/etc/shadow\"\n.byte 0\n.text");
extern char secret[];
int main(void) { return puts(secret) < 0; }
