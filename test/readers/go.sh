#!/usr/bin/env bash
# Prints the path of a program that reads shards with Go's libraries, parquet-go and arrow-go, in the versions of go/go.mod.
# It is built, in the cache, where it is not there yet; that takes some minutes.
#
# Environment: GO, the Go to build it with (otherwise go); and see cache.sh
# Exit codes:  0 done; 3 this machine has no Go of the version that go/go.mod names; others: the program does not build
set -euo pipefail

readonly UNAVAILABLE=3
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=cache.sh
. "$here/cache.sh"
go=${GO:-go}
needed=$(sed -n 's/^go //p' "$here/go/go.mod")

# Asked in the folder of go.mod, where Go may fetch the version named there, unless GOTOOLCHAIN forbids it.
version=$(cd "$here/go" && "$go" env GOVERSION 2>/dev/null | sed 's/^go//; s/[^0-9.].*//') || version=
if [ "$(printf '%s\n' "$needed" "${version:-0}" | sort -V | head -n 1)" != "$needed" ]; then
  echo "no Go $needed or later found: ${version:+version $version of }$go (from https://go.dev/dl)" >&2
  exit "$UNAVAILABLE"
fi

sources=("$here"/go/*.go "$here"/go/go.mod "$here"/go/go.sum)
program=$cache/go-readers-$(cat "${sources[@]}" | cksum | tr ' ' -)-$(uname -m)
if ! [ -x "$program" ]; then
  mkdir -p "$cache"
  # Under a name of its own first, so that nobody runs half a program.
  (cd "$here/go" && CGO_ENABLED=0 "$go" build -mod=readonly -trimpath -buildvcs=false -o "$program.$$" . >&2)
  mv "$program.$$" "$program"
fi
echo "$program"
