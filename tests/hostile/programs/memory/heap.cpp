// A vector that doubles; no allocation is ever refused.
// limits: memory_bytes=64MiB
// expect: ending=memory_limit
#include <vector>

int main() {
    std::vector<long> hoard;
    for (;;) hoard.push_back(1);
}
