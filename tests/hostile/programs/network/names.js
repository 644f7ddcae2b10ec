// Asks for names, which is a way to tell the world something.
// expect: ending=exited exit=0 stdout=contained
const dns = require("dns");

dns.lookup("example.com", (error) => {
  new dns.Resolver({ timeout: 200, tries: 1 }).resolve4("example.com", (refused) => {
    console.log(error && refused ? "contained" : "escaped: a name");
    process.exit(error && refused ? 0 : 1);
  });
});
