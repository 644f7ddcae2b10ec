# The classic: the shell itself leaves at once, the bomb goes on behind it.
# limits: processes=32
# expect: ending=exited exit=0 stdout=contained
bomb() { bomb | bomb & }
bomb 2>/dev/null
echo contained
