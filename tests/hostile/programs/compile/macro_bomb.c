// A few lines that stand for a thousand million words.
// compile: cpu_time_s=1 memory_bytes=256MiB
// expect: step=compile ending=cpu_time_limit
// expect: step=compile ending=memory_limit
#define A 1, 1, 1, 1, 1, 1, 1, 1, 1, 1
#define B A, A, A, A, A, A, A, A, A, A
#define C B, B, B, B, B, B, B, B, B, B
#define D C, C, C, C, C, C, C, C, C, C
#define E D, D, D, D, D, D, D, D, D, D
#define F E, E, E, E, E, E, E, E, E, E
#define G F, F, F, F, F, F, F, F, F, F
int numbers[] = {G, G, G, G, G, G, G, G, G, G};
int main(void) {}
