#!/bin/sh
# `npm run demo`: the dashboard on the tour fleet, or a headless run of it where there is no terminal.
# It becomes the program, so that signals reach it and nothing else.
cd "$(dirname "$0")/../fixtures/fleets/tour" || exit
if [ -t 0 ] && [ -t 1 ]; then
  exec ../../../bin/orchestra "$@"
fi
exec ../../../bin/orchestra --headless "$@"
