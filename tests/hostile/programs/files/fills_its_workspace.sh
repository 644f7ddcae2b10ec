# Writes until it is refused.
# limits: file_bytes=4MiB
# expect: ending=exited exit=0 stdout=contained
number=0
while head -c 100000 /dev/zero >"fill-$number" 2>/dev/null && [ $number -lt 1000 ]; do
    number=$((number + 1))
done
[ $number -le 42 ] || { echo "escaped: $number files"; exit 1; }
echo contained
