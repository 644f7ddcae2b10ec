// A recursion that the compiler counts, and gives up.
// expect: step=compile ending=exited exit=1
// expect: step=compile ending=cpu_time_limit
template <int depth>
struct Deep : Deep<depth + 1> {};
int main() { return sizeof(Deep<0>); }
