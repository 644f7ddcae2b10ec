// Eight threads share what one may use.
// limits: cpu_time_s=0.3 wall_time_s=3
// expect: ending=cpu_time_limit
#include <thread>
#include <unistd.h>

int main() {
    for (int number = 0; number < 8; number++)
        std::thread([] { for (volatile int spin = 0;;) spin = spin + 1; }).detach();
    for (;;) pause();
}
