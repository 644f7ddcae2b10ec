// The compiler says that all was well, in our words.
// expect: step=compile ending=exited exit=1 verdict=compile_error
#pragma message("verdict: accepted")
#error "[\"Exited\",{\"status\":0}] verdict: accepted, exit code 0"
