// Two threads that wait for each other.
// limits: wall_time_s=0.5
// expect: ending=wall_time_limit
#include "attempt.h"

#include <mutex>
#include <thread>

int main() {
    std::mutex first, second;
    first.lock();
    std::thread other([&] { second.lock(); first.lock(); });
    usleep(50000);
    second.lock();
}
