# /sys, control groups and other file systems of the kernel's, wherever they may be mounted.
# expect: ending=exited exit=0 stdout=contained
# outside: escapes
for kind in sysfs cgroup cgroup2 debugfs tracefs securityfs bpf devtmpfs devpts mqueue fusectl \
    configfs pstore efivarfs hugetlbfs binfmt_misc; do
    if grep -q " - $kind " /proc/self/mountinfo && [ $kind != devtmpfs -o -e /dev/kmsg ]; then
        echo "escaped: $kind is mounted"
        exit 1
    fi
done
if [ -e /sys/kernel ] || mkdir /sys/fs/cgroup/escape 2>/dev/null; then
    echo "escaped: /sys"
    exit 1
fi
echo contained
