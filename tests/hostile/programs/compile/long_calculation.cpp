// A calculation that takes for ever, done by the compiler.
// compile: cpu_time_s=1 memory_bytes=256MiB
// expect: step=compile ending=cpu_time_limit
// expect: step=compile ending=memory_limit
// expect: step=compile ending=exited exit=1
constexpr unsigned long spin(unsigned long start) {
    unsigned long sum = start;
    for (long turn = 0; turn < 250000; turn++) sum = sum * 31 + turn;
    return sum;
}
template <long number>
constexpr unsigned long total = spin(number) + total<number - 1>;
template <>
constexpr unsigned long total<0> = 0;
int main() { return total<800> != 0; }
