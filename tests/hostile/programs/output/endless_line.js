// A line that never ends.
// expect: ending=output_limit
const fs = require("fs");
const piece = "x".repeat(1 << 16);
for (;;) {
  try {
    fs.writeSync(1, piece);
  } catch (error) {
    if (error.code !== "EAGAIN") throw error;
  }
}
