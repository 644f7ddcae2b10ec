// Warnings without end, for a program that is right.
// compile: output_bytes=64KiB
// expect: step=compile ending=output_limit
#define A 1 == 2;
#define B A A A A A A A A
#define C B B B B B B B B
#define D C C C C C C C C
int main(void) { D D D D }
