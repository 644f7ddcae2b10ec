// A device that never ends, put into the program by the assembler.
// compile: cpu_time_s=2 memory_bytes=256MiB
// expect: step=compile ending=exited exit=1
// expect: step=compile ending=memory_limit
// expect: step=compile ending=cpu_time_limit
__asm__(".data\n.incbin \"/dev/zero\"\n.text");
int main(void) {}
