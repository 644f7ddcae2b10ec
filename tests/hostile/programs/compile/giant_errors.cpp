// Errors that tell of types that tell of types.
// compile: output_bytes=64KiB cpu_time_s=3
// expect: step=compile ending=output_limit
// expect: step=compile ending=exited exit=1
template <typename A, typename B> struct Pair {};
template <int depth> struct Tree { using Type = Pair<typename Tree<depth - 1>::Type, typename Tree<depth - 1>::Type>; };
template <> struct Tree<0> { using Type = int; };
int main() { Tree<18>::Type::missing(); }
