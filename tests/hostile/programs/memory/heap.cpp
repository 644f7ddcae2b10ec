// A vector that doubles; no allocation is ever refused.
// limits: memory_bytes=64MiB cpu_time_s=5 wall_time_s=15
// expect: ending=memory_limit
#include <vector>

int main() {
    std::vector<long> hoard;
    for (;;) hoard.push_back(1);
}
