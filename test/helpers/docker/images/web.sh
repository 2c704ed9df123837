#!/bin/sh
# Serves /www on port 80 (or PORT) until it is told to stop.
trap 'exit 0' TERM INT
httpd -f -p "${PORT:-80}" -h /www &
echo "listening on port ${PORT:-80}"
wait
