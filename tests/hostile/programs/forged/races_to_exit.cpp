// Threads that leave at once, each with a code of its own: one of them is told, whole.
// expect: ending=exited exit=1
// expect: ending=exited exit=2
// expect: ending=exited exit=3
#include <thread>
#include <unistd.h>

int main() {
    for (int code = 1; code < 4; code++) std::thread([code] { _exit(code); }).detach();
    for (;;) pause();
}
