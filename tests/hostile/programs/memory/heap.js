// Buffers outside the interpreter's own heap.
// limits: memory_bytes=128MiB cpu_time_s=5 wall_time_s=15
// expect: ending=memory_limit
const hoard = [];
for (;;) hoard.push(Buffer.alloc(1 << 20, 1));
