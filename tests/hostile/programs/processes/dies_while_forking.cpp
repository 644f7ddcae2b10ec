// Threads fork while the process is being ended by another of its threads.
// expect: ending=exited exit=7
#include "attempt.h"

#include <thread>
#include <vector>

int main() {
    for (int number = 0; number < 4; number++)
        std::thread([] { for (;;) if (fork() == 0) _exit(0); }).detach();
    usleep(50000);
    _exit(7);
}
