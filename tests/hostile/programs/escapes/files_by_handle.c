// Files by number instead of name, which no root confines.
// expect: ending=exited exit=0 stdout=contained
// outside: escapes
#include "attempt.h"

int main(void) {
    struct { struct file_handle head; char room[128]; } handle = {{.handle_bytes = 128}, ""};
    int mount = 0, root = open("/", O_RDONLY);
    attempt("a handle", name_to_handle_at(AT_FDCWD, "/usr", &handle.head, &mount, 0));
    attempt("a file by it", open_by_handle_at(root, &handle.head, O_RDONLY));
    return say();
}
