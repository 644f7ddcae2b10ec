# The files of the host that people look for first.
# expect: ending=exited exit=0 stdout=contained
# outside: escapes
for file in /etc/shadow /etc/gshadow /etc/sudoers /etc/ssh /etc/hosts.deny /etc/resolv.conf \
    /etc/machine-id /etc/fstab /root /home /boot /srv /opt /mnt /media /work /var/lib /var/log \
    /var/run/docker.sock /run/docker.sock /run/systemd /.dockerenv /lost+found /sys /snap /data \
    /usr/local/etc/passwd /proc/1/root/etc/shadow /proc/self/cwd/../../../../etc/shadow; do
    if [ -e "$file" ]; then
        echo "escaped: $file is there"
        exit 1
    fi
done
echo contained
