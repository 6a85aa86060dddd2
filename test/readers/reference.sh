#!/usr/bin/env bash
# Prints the path of the program that a C source of the PNG stage compiles to; it is built, in the cache, where it is not
# there yet.
#
# Usage:       reference.sh SOURCE
# Environment: CC, the compiler (otherwise cc); and see cache.sh
# Exit codes:  0 done; 3 this machine has no compiler or lacks headers, stderr says so; others: the source does not build
set -euo pipefail

readonly UNAVAILABLE=3
readonly LIBRARIES=(-lpng -lz -lcrypto)
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=cache.sh
. "$here/cache.sh"
source=$1
compiler=${CC:-cc}

if ! printf '#include <%s>\n' openssl/sha.h png.h stdint.h zlib.h | "$compiler" -E -x c - >/dev/null; then
  echo 'no C compiler, or no headers of libpng, zlib and OpenSSL (on Debian: apt-get install gcc libc6-dev libpng-dev zlib1g-dev libssl-dev)' >&2
  exit "$UNAVAILABLE"
fi
# A path on stdin has cksum leave the file's name out.
program=$cache/reference-$(cksum <"$source" | tr ' ' -)-$(uname -m)
if ! [ -x "$program" ]; then
  mkdir -p "$cache"
  # Under a name of its own first, so that nobody runs half a program.
  "$compiler" -O3 "$source" "${LIBRARIES[@]}" -o "$program.$$" >&2
  mv "$program.$$" "$program"
fi
echo "$program"
