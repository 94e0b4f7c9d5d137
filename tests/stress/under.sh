#!/usr/bin/env bash
# SPDX-License-Identifier: BSL-1.0
# Runs a program where progress by luck ends.
#   under.sh one_cpu PROGRAM...        all threads on CPU 0
#   under.sh four_at_once PROGRAM...   four processes of it
#   under.sh fifth_of_time PROGRAM...  stopped for 80 ms of every 100, as a CPU quota of 20 % does
# Returns the program's status, or the first that is not 0.
set -uo pipefail
mode=$1
shift

case $mode in
  one_cpu) exec taskset -c 0 "$@" ;;
  four_at_once)
    running=() status=0
    for _ in 1 2 3 4; do
      "$@" &
      running+=($!)
    done
    for process in "${running[@]}"; do
      wait "$process" || status=$?
    done
    exit "$status"
    ;;
  fifth_of_time)
    "$@" &
    process=$!
    (
      while kill -STOP "$process"; do
        sleep 0.08
        kill -CONT "$process"
        sleep 0.02
      done
    ) 2>/dev/null &
    wait "$process"
    ;;
  *)
    echo "under.sh: no such mode: $mode" >&2
    exit 2
    ;;
esac
