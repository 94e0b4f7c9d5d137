# SPDX-License-Identifier: BSL-1.0
# shellcheck shell=bash
# Sourced by scripts/test and .ci/run: named phases with their seconds, and the sums of all ctest runs.

passed=0 failed=0 skipped=0
phase_lines=()

jobs=$(nproc 2>/dev/null || sysctl -n hw.ncpu)
export CMAKE_BUILD_PARALLEL_LEVEL=${CMAKE_BUILD_PARALLEL_LEVEL:-$jobs}

# phase <name> <command>...: runs it; a command that fails without having run tests counts as one failure.
phase() {
  local name=$1 begin=$SECONDS before=$failed status=0
  shift
  printf '\n==> %s\n' "$name"
  "$@" </dev/null || status=$?
  if ((status != 0 && failed == before)); then failed=$((failed + 1)); fi
  local verdict=ok
  if ((status != 0 || failed != before)); then verdict=FAILED; fi
  phase_lines+=("$(printf '%-36s %-6s %5d s' "$name" "$verdict" $((SECONDS - begin)))")
  printf '<== %s: %s, %d s\n' "$name" "$verdict" $((SECONDS - begin))
  [[ $verdict == ok ]]
}

# run_ctest <build folder> <ctest option>...: runs tests, by way of ctest_prefix, and adds their results to the sums.
ctest_prefix=()
run_ctest() {
  local folder=$1 report status=0 line
  shift
  report=$(mktemp)
  "${ctest_prefix[@]}" ctest --test-dir "$folder" --output-on-failure --output-junit "$report" "$@" || status=$?
  line=$(tr '\n\t' '  ' <"$report" | sed -n 's/.*<testsuite \([^>]*\)>.*/\1/p')
  rm -f "$report"
  local all bad off
  all=$(attribute tests "$line") bad=$(attribute failures "$line")
  off=$(($(attribute disabled "$line") + $(attribute skipped "$line")))
  passed=$((passed + all - bad - off)) failed=$((failed + bad)) skipped=$((skipped + off))
  return $status
}

# attribute <name> <text>: the number in name="number", or 0
attribute() {
  local value
  value=$(sed -n "s/.*\\b$1=\"\\([0-9]*\\)\".*/\\1/p" <<<"$2")
  echo "${value:-0}"
}

# take_counts <file>: adds what another script left there; leave_counts <file> leaves ours.
take_counts() {
  local p f s
  while read -r p f s; do
    passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
  done <"$1"
}
leave_counts() { echo "$passed $failed $skipped" >>"$1"; }

summary() {
  printf '\n'
  if ((${#phase_lines[@]} > 0)); then printf '%s\n' "${phase_lines[@]}"; fi
  local tail=
  if ((skipped > 0)); then tail=", $skipped skipped"; fi
  printf '%d passed, %d failed%s\n' "$passed" "$failed" "$tail"
}
