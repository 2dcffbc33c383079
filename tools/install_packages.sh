#!/usr/bin/env bash
# install_packages.sh [LIST...]: installs those packages of the lists (tools/packages.txt) that are missing. Says nothing when none is.
# Exit code 1 with one clear message when it cannot.
set -euo pipefail
cd "$(dirname "$0")/.."
[ $# -gt 0 ] || set -- tools/packages.txt
mapfile -t packages < <(sed 's/#.*//; s/[[:space:]]//g; /^$/d' "$@")

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
  echo "This is no Debian system, so nothing is installed; if the build misses something, install the equivalents of: ${packages[*]}" >&2
  exit 0
fi

missing=()
for package in "${packages[@]}"; do
  status=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true)
  [ "$status" = installed ] || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  # Without a terminal nobody can type a password, so sudo must work without one.
  if command -v sudo >/dev/null && { [ -t 0 ] || sudo -n true 2>/dev/null; }; then
    as_root=(sudo)
  else
    echo "Missing packages, and no right to install them. As root, run: apt-get install ${missing[*]}" >&2
    exit 1
  fi
fi

echo "Installing ${missing[*]}"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
apt() { "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=120 "$@" >>"$log" 2>&1 </dev/null; }
# The lists of a fresh machine may be empty or old, so update first; a stale mirror is worth one attempt all the same.
apt update || echo "apt-get update failed; trying with the package lists that are there" >&2
if ! apt install -y --no-install-recommends "${missing[@]}"; then
  tail -n 15 "$log" >&2
  echo "Could not install ${missing[*]}. Run: apt-get update && apt-get install ${missing[*]}" >&2
  exit 1
fi
