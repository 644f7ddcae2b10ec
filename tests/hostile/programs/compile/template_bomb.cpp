// Types that double: each asks for two new ones.
// compile: cpu_time_s=1 memory_bytes=256MiB
// expect: step=compile ending=cpu_time_limit
// expect: step=compile ending=memory_limit
template <int depth, int path>
struct Bomb {
    static const long size = Bomb<depth - 1, path * 2>::size + Bomb<depth - 1, path * 2 + 1>::size;
};
template <int path>
struct Bomb<0, path> {
    static const long size = 1;
};
int main() { return Bomb<28, 0>::size; }
