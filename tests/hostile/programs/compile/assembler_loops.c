// The assembler has loops of its own.
// compile: cpu_time_s=2 memory_bytes=256MiB
// expect: step=compile ending=cpu_time_limit
// expect: step=compile ending=memory_limit
// expect: step=compile ending=exited exit=1
__asm__(".data\n.rept 2000000000\n.byte 1\n.endr\n.text");
int main(void) {}
