#!/bin/sh
# Prints LINES lines of LINE_BYTES bytes each, then `done`, and stays.
trap 'exit 0' TERM INT
n=0
while [ "$n" -lt "${LINES:-1}" ]; do
  head -c "${LINE_BYTES:-10000000}" /dev/zero | tr '\0' x
  echo
  n=$((n + 1))
done
echo done
while :; do sleep 3600 & wait $!; done
