// Options, plug-ins and files by way of pragmas: accepted options are those of the optimiser alone.
// expect: ending=exited exit=0 stdout=contained
// expect: step=compile ending=exited exit=1
#pragma GCC optimize("fplugin=/tmp/x.so")
#pragma GCC optimize("wrapper", "/bin/sh")
#pragma GCC dependency "/etc/shadow"
#pragma GCC pch_preprocess "/etc/shadow"
#pragma comment(lib, "/etc/shadow")
#include "attempt.h"

__attribute__((optimize("-fdump-tree-all=/tmp/x"))) int main(void) { return say(); }
