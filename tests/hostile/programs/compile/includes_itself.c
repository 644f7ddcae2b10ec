// Itself, for ever: the compiler's own limit of depth ends it.
// expect: step=compile ending=exited exit=1
#include __FILE__
