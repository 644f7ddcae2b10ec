# The shell's own way, and those of the tools around it.
# expect: ending=exited exit=0 stdout=contained
if (exec 3<>/dev/tcp/1.1.1.1/80) 2>/dev/null; then
    echo "escaped: tcp"
    exit 1
fi
if (exec 3<>/dev/udp/8.8.8.8/53) 2>/dev/null; then
    echo "escaped: udp"
    exit 1
fi
echo contained
