#!/bin/sh
# Does what the official image does: drops to the user `redis`, who owns the data. Clients come from other machines.
set -e
if [ "$#" -eq 0 ] || [ "${1#-}" != "$1" ]; then set -- redis-server "$@"; fi
if [ "$1" = redis-server ]; then set -- "$@" --protected-mode no; fi
if [ "$1" = redis-server ] && [ "$(id -u)" = 0 ]; then
  chown -R redis:redis .
  exec su -s /bin/sh -c 'exec "$0" "$@"' redis -- "$@"
fi
exec "$@"
