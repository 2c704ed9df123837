#!/bin/sh
# `engine-holder.sh FOLDER LINK OPTION…`: a docker engine whose files are in FOLDER, in process and mount namespaces that
# end with this script. It is told what to do on its standard input, and ends with it: nothing of an engine outlives that.
set -eu
folder=$1 link=$2
shift 2

# What belongs to the machine's own engine is neither used nor changed.
for hidden in /etc/docker /run/docker /run/containerd; do
  mkdir -p "$hidden"
  mount -t tmpfs tmpfs "$hidden"
done
# In memory, where there is enough: much faster, and nothing to delete. Also where this machine is a container itself,
# since an overlay upon an overlay does not work.
mkdir -p "$folder/root"
spare=$(awk '/^MemAvailable/ { print int($2 / 1024 / 1024) }' /proc/meminfo)
if [ "$spare" -ge 6 ] || [ "$(stat -f -c %T "$folder")" = overlayfs ]; then mount -t tmpfs tmpfs "$folder/root"; fi

engine=
while read -r order; do
  case $order in
  start)
    {
      dockerd --data-root "$folder/root" --exec-root "$folder/exec" --pidfile "$folder/pid" -H "unix://$folder/docker.sock" \
        --bridge "$link" --iptables=false --ip6tables=false --storage-driver overlay2 \
        --cgroup-parent "/$link" --exec-opt native.cgroupdriver=cgroupfs "$@" || true
      : >"$folder/ended"
    } </dev/null >"$folder/dockerd.log" 2>&1 &
    engine=$!
    ;;
  STOP | CONT) kill -s "$order" "$(cat "$folder/pid")" ;;
  *)
    kill -s "$order" "$(cat "$folder/pid")" || true
    wait "$engine" || true
    echo ended
    ;;
  esac
done
