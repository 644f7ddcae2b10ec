# Devices that lead out: disks, memory, consoles, tunnels, virtual machines.
# expect: ending=exited exit=0 stdout=contained
# outside: escapes
for device in /dev/*; do
    case $device in
    /dev/null | /dev/zero | /dev/full | /dev/random | /dev/urandom) ;;
    /dev/fd | /dev/stdin | /dev/stdout | /dev/stderr | /dev/shm) ;;
    *)
        echo "escaped: $device is there"
        exit 1
        ;;
    esac
done
echo contained
