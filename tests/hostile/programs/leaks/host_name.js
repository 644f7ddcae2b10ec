// The host's name, its addresses, its people.
// expect: ending=exited exit=0 stdout=contained
const os = require("os");
const foreign = [];
if (os.hostname() !== "stockade") foreign.push(os.hostname());
if (os.userInfo().username !== "program") foreign.push(os.userInfo().username);
let faces = {};
try {
  faces = os.networkInterfaces();
} catch {}
foreign.push(...Object.keys(faces).filter((name) => name !== "lo"));
console.log(foreign.length ? `escaped: ${foreign}` : "contained");
process.exit(foreign.length ? 1 : 0);
