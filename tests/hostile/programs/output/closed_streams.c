// Closes all its streams; files take their numbers.
// expect: ending=exited exit=7 stdout=""
#include "attempt.h"

int main(void) {
    close(0);
    close(1);
    close(2);
    for (int number = 0; number < 3; number++) open("/tmp/f", O_CREAT | O_RDWR, 0600);
    puts("nobody reads this");
    fflush(stdout);
    return 7;
}
