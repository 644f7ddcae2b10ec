// The right answer on the wrong stream.
// expect: ending=exited exit=0 verdict=wrong_answer
console.error("contained");
