// A program larger than the workspace.
// compile: memory_bytes=256MiB
// expect: step=compile ending=exited verdict=compile_error
// expect: step=compile ending=memory_limit
static char giant[1 << 30] = {1};
int main(int count, char **words) {
    (void)words;
    return giant[count];
}
