# Who has an account on the host.
# expect: ending=exited exit=0 stdout=contained
# outside: escapes
import grp
import pwd
import sys

users = {user.pw_name for user in pwd.getpwall()} - {"root", "init", "program", "nobody"}
groups = {group.gr_name for group in grp.getgrall()} - {"root", "init", "program", "nogroup"}
print(f"escaped: {sorted(users | groups)}" if users | groups else "contained")
sys.exit(bool(users | groups))
