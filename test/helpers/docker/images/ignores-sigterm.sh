#!/bin/sh
trap 'echo "SIGTERM is ignored"' TERM
echo up
while :; do sleep 3600 & wait $!; done
