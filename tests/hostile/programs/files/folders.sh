# Folders without end, wide rather than deep.
# limits: file_bytes=4MiB
# expect: ending=exited exit=0 stdout=contained
if mkdir $(seq 4000) 2>/dev/null; then
    echo "escaped: 4000 folders"
    exit 1
fi
echo contained
