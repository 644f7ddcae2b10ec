# Whatever the next job starts with: overwritten, renamed, removed, given away.
# expect: ending=exited exit=0 stdout=contained
for file in /bin/sh /usr/bin/python3 /usr/bin/env /etc/passwd /etc/ld.so.cache \
    /lib/x86_64-linux-gnu/libc.so.6 /dev/null /dev/zero /dev /usr /etc / /program; do
    for attempt in "rm -f" "chmod 777" "chown 1000" "touch" "mv -t /tmp" "ln -f -t /tmp" \
        "truncate -s 0" "setfattr -n user.x -v y"; do
        [ "$attempt $file" != "truncate -s 0 /dev/null" ] || continue
        [ "$attempt $file" != "truncate -s 0 /dev/zero" ] || continue
        if $attempt $file 2>/dev/null && [ "$attempt" != "rm -f" ]; then
            echo "escaped: $attempt $file"
            exit 1
        fi
    done
    [ -e $file ] || { echo "escaped: removed $file"; exit 1; }
done
echo contained
