// A program of a tebibyte, of which the assembler is to make a file.
// expect: step=compile ending=exited verdict=compile_error
// expect: step=compile ending=memory_limit
__asm__(".data\n.space 1099511627776, 1\n.text");
int main(void) {}
