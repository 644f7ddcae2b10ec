# The code by which others know a killed program: an exit code like any other.
# expect: ending=exited exit=137 signal=None
exit 137
