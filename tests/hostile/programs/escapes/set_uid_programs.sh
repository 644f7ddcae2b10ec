# Programs that run as somebody else, found or made: none of them does.
# expect: ending=exited exit=0 stdout=contained
cp /usr/bin/id mine
chmod 6755 mine
for program in mine /usr/bin/su /usr/bin/passwd /usr/bin/mount /usr/bin/newgrp /usr/bin/sudo; do
    [ -x $program ] || continue
    if $program -c id </dev/null 2>/dev/null | grep -q "uid=0"; then
        echo "escaped: $program"
        exit 1
    fi
done
[ "$(./mine -u)" = 1000 ] || { echo "escaped: set-uid"; exit 1; }
echo contained
