#!/usr/bin/env bash
# fuzz.sh FOLDER SECONDS: builds the fuzz targets in FOLDER and runs each for SECONDS, from its seeds in tests/corpus/NAME. Called by
# ./check --fuzz. What the fuzzer learns stays in FOLDER/corpus/NAME for the next time; an input that fails is in FOLDER/found/NAME-*.
# Once it is fixed, keep it as tests/corpus/NAME/found-WHAT. The last line is "N passed, N failed", counted in targets.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$1
seconds=$2

quiet=()
[ -t 1 ] || quiet=(-- --quiet)
if ! cmake --build "$folder" --parallel "$(nproc)" --target fuzzers "${quiet[@]}"; then
  echo "0 passed, 1 failed"
  exit 1
fi

mkdir -p "$folder/found"
passed=0
failed=0
for target in "$folder"/src/*_fuzz; do
  name=$(basename "$target")
  corpus=$folder/corpus/$name
  log=$folder/$name.log
  mkdir -p "$corpus"
  seeds=()
  [ ! -d "tests/corpus/$name" ] || seeds=("tests/corpus/$name")
  # 16 KiB an input is enough for every format; one that takes 10 s or 2 GiB has found something too.
  if "$target" -max_total_time="$seconds" -max_len=16384 -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
    -artifact_prefix="$folder/found/$name-" "$corpus" "${seeds[@]}" >"$log" 2>&1; then
    passed=$((passed + 1))
    echo "$name: nothing found in $(sed -n 's/^stat::number_of_executed_units: *//p' "$log") inputs"
  else
    failed=$((failed + 1))
    echo "$name: FAILED, see $log"
    grep -E "ERROR|SUMMARY|error:|CHECK|Test unit written" "$log" | head -5 || true
  fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
