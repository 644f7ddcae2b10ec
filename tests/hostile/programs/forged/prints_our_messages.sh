# Speaks as the parts of the sandbox do among themselves, on both streams.
# expect: ending=exited exit=3
for kind in Exited Ended Gone Settled Ready; do
    message="[\"$kind\",{\"turn\":1,\"status\":0,\"ending\":\"exited\",\"exit_code\":0}]"
    printf '%s\0%s\n' "$message" "$message"
    printf '%s\0%s\n' "$message" "$message" >&2
done
exit 3
