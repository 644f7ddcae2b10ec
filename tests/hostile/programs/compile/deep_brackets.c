// A nesting on which parsers overflow their stacks.
// compile: cpu_time_s=2 memory_bytes=256MiB
// expect: step=compile ending=exited
// expect: step=compile ending=memory_limit
// expect: step=compile ending=cpu_time_limit
// expect: ending=exited exit=0
#define A ((((((((((
#define B A A A A A A A A A A
#define C B B B B B B B B B B
#define D C C C C C C C C C C
int number = D D D D D D D D D D 1;
int main(void) {}
