#!/bin/sh
# Run a program on a Stockade server and print the answer.
set -eu
exec curl --silent --show-error --fail-with-body \
    "${STOCKADE_URL:-http://127.0.0.1:8000}/v1/submissions?wait=10" \
    --header 'Content-Type: application/json' \
    --data '{"language": "python", "source": "print(\"Hello, world!\")"}'
