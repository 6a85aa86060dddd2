#!/usr/bin/env bash
# Prints the path of a redis-server, 6.2 or newer: the system's, or Debian's package, which is unpacked in the cache and not installed.
#
# Environment: REDIS_SERVER, another one; and see cache.sh
# Exit codes:  0 done; 3 this machine has none and is no Debian that could bring it, stderr says so; others: it cannot be unpacked
set -euo pipefail

readonly UNAVAILABLE=3
readonly NEEDED=6.2

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=cache.sh
. "$here/cache.sh"

version_of() {
  "$1" --version 2>/dev/null | sed -n 's/.* v=\([0-9.]*\).*/\1/p'
}

serves() {
  local version
  version=$(version_of "$1") || return 1
  [ "$(printf '%s\n' "$NEEDED" "${version:-0}" | sort -V | head -n 1)" = "$NEEDED" ]
}

if own=$(command -v "${REDIS_SERVER:-redis-server}") && serves "$own"; then
  echo "$own"
  exit
fi

unavailable() {
  echo "no redis-server $NEEDED or newer found, and none can be unpacked here: $1 (on Debian: apt-get install redis-server)" >&2
  exit "$UNAVAILABLE"
}

for tool in apt-get apt-cache dpkg-deb; do
  command -v "$tool" >/dev/null || unavailable "there is no $tool"
done

folder=$cache/redis-server-$(. /etc/os-release && echo "${ID:-linux}-${VERSION_ID:-}")-$(uname -m)
program=$folder/redis-server
if ! [ -x "$program" ]; then
  mkdir -p "$cache"
  # Under a name of its own first, so that nobody runs half of it. Renaming fails where another was sooner.
  part=$(mktemp -d "$folder.XXXXXX")
  trap 'rm -rf "$part"' EXIT
  # Debian has the program in redis-tools, and in redis-server a link to it. The other packages are libraries that a small system may
  # lack; the C library is the system's.
  packages=$(apt-cache depends --important redis-tools 2>/dev/null |
    sed -n 's/^ *Depends: \(lib[a-z0-9.+-]*\)$/\1/p' | grep -v '^libc6$') ||
    unavailable 'apt knows no package redis-tools (apt-get update)'
  cd "$part"
  # shellcheck disable=SC2086 # words, on purpose
  apt-get download -qq redis-tools $packages >&2 || unavailable 'apt-get cannot download the package redis-tools (apt-get update)'
  for package in *.deb; do dpkg-deb -x "$package" unpacked; done
  rm -f ./*.deb
  libraries=$(find unpacked -name '*.so.*' -printf '%h\n' | sort -u | sed "s|^unpacked|$folder/unpacked|" | paste -sd :)
  {
    echo '#!/bin/sh'
    echo "LD_LIBRARY_PATH='$libraries' exec '$folder/unpacked/usr/bin/redis-server' \"\$@\""
  } >redis-server
  # It is one program, which does what the name says by which it is called.
  [ -e unpacked/usr/bin/redis-server ] || ln -s redis-check-rdb unpacked/usr/bin/redis-server
  chmod +x redis-server
  cd "$here"
  mv -T "$part" "$folder" 2>/dev/null || [ -d "$folder" ]
fi
serves "$program" || unavailable "Debian's does not run: $("$program" --version 2>&1 | head -n 1)"
echo "$program"
