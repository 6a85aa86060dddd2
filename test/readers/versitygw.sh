#!/usr/bin/env bash
# Prints the path of versitygw, a server that speaks S3 over a folder of this machine, for the tests of object storage.
# It is built, in the cache, where it is not there yet; that takes some minutes.
#
# Environment: GO, the Go to build it with (otherwise go); and see cache.sh
# Arguments:   --built, to print the path only where it has been built already
# Exit codes:  0 done; 3 this machine has no Go that fetches what is needed, or it has not been built; others: it does not build
set -euo pipefail

readonly UNAVAILABLE=3 VERSION=1.8.0
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=cache.sh
. "$here/cache.sh"
go=${GO:-go}

program=$cache/versitygw-$VERSION-$(uname -m)
if ! [ -x "$program" ]; then
  if [ "${1:-}" = --built ]; then
    echo "versitygw is not in the cache: test/readers/versitygw.sh builds it" >&2
    exit "$UNAVAILABLE"
  fi
  if ! "$go" version >/dev/null 2>&1; then
    echo "no Go found: $go (from https://go.dev/dl)" >&2
    exit "$UNAVAILABLE"
  fi
  mkdir -p "$cache"
  scratch=$(mktemp -d "$cache/versitygw.XXXXXX")
  trap 'rm -rf "$scratch"' EXIT
  # Outside of any module, whose go.mod would have a say. An older Go fetches the one that is needed, where it may.
  (cd "$scratch" && GOBIN=$scratch CGO_ENABLED=0 "$go" install -trimpath \
    "github.com/versity/versitygw/cmd/versitygw@v$VERSION" >&2)
  # Under a name of its own first, so that nobody runs half a program.
  mv "$scratch/versitygw" "$program"
fi
echo "$program"
