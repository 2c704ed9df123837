#!/bin/sh
# Healthy while /tmp/healthy is there: from the start, or after HEALTHY_AFTER seconds; for HEALTHY_FOR seconds, or for ever.
trap 'exit 0' TERM INT
echo up
sleep "${HEALTHY_AFTER:-0}" & wait $!
touch /tmp/healthy
sleep "${HEALTHY_FOR:-86400}" & wait $!
rm -f /tmp/healthy
while :; do sleep 3600 & wait $!; done
