#!/usr/bin/env bash
# lint.sh FOLDER: clang-format and clang-tidy (.clang-tidy) over every source file, with the compile database in FOLDER. Called by
# ./check --lint. Prints the findings; the last line is "N passed, N failed", counted in files.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$1

git ls-files --error-unmatch src/cli/main.cc >/dev/null || { echo "lint: the files are those that git knows; this is no clone" >&2; echo "0 passed, 1 failed"; exit 1; }
mapfile -t sources < <(git ls-files 'src/*.cc')
mapfile -t headers < <(git ls-files 'src/*.h')
log=$(mktemp)
trap 'rm -f "$log"' EXIT

# One "failed FILE" line for each file that has findings.
check_each() {  # COMMAND FILE...
  local command=$1
  shift
  printf '%s\0' "$@" | xargs -0 -n 1 -P "$(nproc)" bash -c "$command"' "$1" 2>/dev/null || echo "failed $1"' _ | tee -a "$log"
}
echo "clang-format: ${#sources[@]} sources and ${#headers[@]} headers"
check_each 'clang-format-14 --dry-run -Werror' "${sources[@]}" "${headers[@]}"
echo "clang-tidy: ${#sources[@]} sources, some seconds each"
check_each "clang-tidy-14 -p $folder --quiet" "${sources[@]}"

failed=$(sed -n 's/^failed //p' "$log" | sort -u | wc -l)
total=$((${#sources[@]} + ${#headers[@]}))
echo "$((total - failed)) passed, $failed failed"
[ "$failed" -eq 0 ]
