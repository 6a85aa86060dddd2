#!/usr/bin/env bash
# Prints the path of a folder with the npm packages that tfjs/package-lock.json names, TensorFlow.js and what it needs. They
# are installed, in the cache, where they are not there yet: some 300 MB, which `npm ci` of the project does without.
#
# Environment: see cache.sh
# Exit codes:  0 done; others: the packages cannot be installed
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=cache.sh
. "$here/cache.sh"

# A path on stdin has cksum leave the file's name out.
folder=$cache/tfjs-$(cksum <"$here/tfjs/package-lock.json" | tr ' ' -)
if ! [ -d "$folder" ]; then
  mkdir -p "$cache"
  # Under a name of its own first, so that nobody uses half of it. Renaming fails where another was sooner.
  part=$(mktemp -d "$folder.XXXXXX")
  trap 'rm -rf "$part"' EXIT
  cp "$here"/tfjs/package*.json "$part"
  npm ci --prefix "$part" --ignore-scripts --no-audit --no-fund >&2
  node -e 'fs.renameSync(...process.argv.slice(1))' "$part" "$folder" 2>/dev/null || [ -d "$folder" ]
fi
echo "$folder/node_modules"
