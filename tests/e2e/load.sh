#!/usr/bin/env bash
# SPDX-License-Identifier: BSL-1.0
# usage: load.sh WEB_SERVER
# 4 workers, 3 of them in /sleep; 200 connections by wrk and 200 slow or broken clients at once. Prints the latency of
# GET / and the errors; fails if p99 is above 50 ms, on any error, or if a slow client ever got a worker.
set -euo pipefail
server=$1
here=$(cd "$(dirname "$0")" && pwd)
seconds=${FILCH_LOAD_SECONDS:-10}
p99_limit_ms=50

for tool in wrk curl python3; do
  command -v "$tool" > /dev/null || { echo "skipped: $tool is not installed"; exit 77; }
done
scratch=$(mktemp -d)
trap 'kill $(jobs -p) 2> /dev/null || true; wait; rm -rf "$scratch"' EXIT

sleep_seconds=$((seconds + 5))
"$server" --port 0 --threads 4 --sleep "$sleep_seconds" --deadline 2 > "$scratch/server" &
server_pid=$!
for _ in $(seq 100); do
  port=$(sed -n 's/^listening on 127.0.0.1:\([0-9]*\),.*/\1/p' "$scratch/server")
  [[ -n $port ]] && break
  sleep 0.1
done
[[ -n $port ]] || { echo "FAILED: the server does not listen"; exit 1; }
url=http://127.0.0.1:$port

sleepers=()
for i in 1 2 3; do
  curl --silent --output /dev/null --max-time 60 --write-out '%{http_code} %{time_total}\n' "$url/sleep" \
    > "$scratch/sleep$i" &
  sleepers+=($!)
done
python3 -B "$here/slow_clients.py" "$port" 200 "$((seconds + 2))" > "$scratch/slow" &
slow=$!
sleep 1  # the slow clients are connected
wrk --threads 1 --connections 200 --duration "${seconds}s" --latency "$url/" > "$scratch/wrk"
wait "$slow" "${sleepers[@]}"
kill -TERM "$server_pid"
wait "$server_pid"

cat "$scratch/wrk" "$scratch/slow" <(sed 's/^/sleep: /' "$scratch"/sleep?) <(tail -n 1 "$scratch/server")
python3 -B - "$scratch" "$sleep_seconds" "$p99_limit_ms" << 'EOF'
import pathlib, re, sys

scratch, sleep_seconds, limit = pathlib.Path(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3])
wrk = (scratch / "wrk").read_text()
value, unit = re.search(r"^ +99% +([\d.]+)(us|ms|s|m)$", wrk, re.M).groups()
p99 = float(value) * {"us": 1e-3, "ms": 1, "s": 1e3, "m": 6e4}[unit]
requests = int(re.search(r"(\d+) requests in", wrk)[1])
errors = sum(map(int, re.findall(r"(?:connect|read|write|timeout|3xx responses:) (\d+)", wrk)))
answered = int(re.search(r"stopped: (\d+) requests", (scratch / "server").read_text())[1])
sleeps = [(scratch / f"sleep{i}").read_text().split() for i in (1, 2, 3)]
slept = all(code == "200" and sleep_seconds <= float(took) < sleep_seconds + 1 for code, took in sleeps)
# wrk leaves up to 200 requests unfinished at its end; beyond those, the workers ran its requests and the sleeps.
extra = answered - requests - 3
print(f"GET /: p99 {p99:.1f} ms (limit {limit:.0f}), {requests} requests, {errors} errors (limit 0), "
      f"sleeps ran throughout: {slept}, tasks run for slow clients: {max(0, extra - 200)}")
sys.exit(p99 > limit or errors > 0 or requests == 0 or not slept or not 0 <= extra <= 200)
EOF
