#!/bin/sh
# Does what the official image does: a database cluster in PGDATA at the first start, which POSTGRES_USER,
# POSTGRES_PASSWORD, POSTGRES_DB and POSTGRES_HOST_AUTH_METHOD describe; a server that is not run by root.
set -e
if [ "$#" -eq 0 ] || [ "${1#-}" != "$1" ]; then set -- postgres "$@"; fi
if [ "$1" != postgres ]; then exec "$@"; fi

if [ "$(id -u)" = 0 ]; then
  mkdir -p "$PGDATA" /var/run/postgresql
  chown -R postgres:postgres "$PGDATA" /var/run/postgresql
  chmod 700 "$PGDATA"
  exec su -s /bin/sh -c 'exec "$0" "$@"' postgres -- "$0" "$@"
fi

if [ ! -s "$PGDATA/PG_VERSION" ]; then
  user=${POSTGRES_USER:-postgres}
  method=${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256}
  if [ -z "${POSTGRES_PASSWORD:-}" ] && [ "$method" != trust ]; then
    echo 'Error: Database is uninitialized and superuser password is not specified.' >&2
    exit 1
  fi
  cp -r /usr/share/cluster/. "$PGDATA"
  chmod -R go= "$PGDATA"
  quoted=$(printf %s "${POSTGRES_PASSWORD:-}" | sed "s/'/''/g")
  {
    if [ "$user" != postgres ]; then echo "CREATE ROLE \"$user\" SUPERUSER LOGIN;"; fi
    if [ -n "$quoted" ]; then echo "ALTER ROLE \"$user\" PASSWORD '$quoted';"; fi
    if [ "${POSTGRES_DB:-$user}" != postgres ]; then echo "CREATE DATABASE \"${POSTGRES_DB:-$user}\" OWNER \"$user\";"; fi
  } | postgres --single -E -D "$PGDATA" postgres >/dev/null
  printf '\nhost all all all %s\n' "$method" >>"$PGDATA/pg_hba.conf"
  printf "\nlisten_addresses = '*'\nunix_socket_directories = '/var/run/postgresql'\n" >>"$PGDATA/postgresql.conf"
  echo 'PostgreSQL init process complete; ready for start up.'
fi
exec "$@"
