// Over HTTP, from where cloud machines keep their keys.
// expect: ending=exited exit=0 stdout=contained
require("http")
  .get("http://169.254.169.254/latest/meta-data/", () => {
    console.log("escaped: an answer");
    process.exit(1);
  })
  .on("error", () => console.log("contained"));
