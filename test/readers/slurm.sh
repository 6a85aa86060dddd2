#!/usr/bin/env bash
# Prints a folder with Slurm's programs, in bin and sbin, and the libraries that they take, in lib: Debian's packages, which are unpacked
# in the cache and not installed.
#
# Environment: see cache.sh
# Exit codes:  0 done; 3 this machine is no Debian that could bring it, stderr says so; others: it cannot be unpacked
set -euo pipefail

readonly UNAVAILABLE=3
readonly PACKAGES='slurmctld slurmd slurm-client slurm-wlm-basic-plugins'
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=cache.sh
. "$here/cache.sh"

unavailable() {
  echo "Slurm cannot be unpacked here: $1" >&2
  exit "$UNAVAILABLE"
}

for tool in apt-get apt-cache dpkg-deb; do
  command -v "$tool" >/dev/null || unavailable "there is no $tool"
done

unpack() {
  local packages package library
  # Their libraries too, which a small system may lack; the C library is the system's.
  # shellcheck disable=SC2086 # words, on purpose
  packages=$(apt-cache depends --important $PACKAGES 2>/dev/null |
    sed -n 's/^ *Depends: \(lib[a-z0-9.+-]*\)$/\1/p' | grep -v '^libc6$' | sort -u) || unavailable 'apt knows no Slurm (apt-get update)'
  # shellcheck disable=SC2086
  apt-get download -qq $PACKAGES $packages >&2 || unavailable 'apt-get cannot download its packages (apt-get update)'
  for package in *.deb; do dpkg-deb -x "$package" unpacked; done
  rm -f ./*.deb
  library=$(find unpacked -name libslurmfull.so -printf '%h\n')
  mkdir bin sbin lib
  cp -R "$library"/. lib
  find unpacked -path '*/lib/*' -name 'lib*.so.*' -not -path "$library/*" -exec cp -P {} lib \;
  cp unpacked/usr/bin/s* bin
  # Debian names them for its alternatives.
  for package in slurmctld slurmd slurmstepd; do cp "$(find unpacked/usr/sbin -name "$package-wlm" -o -name "$package" | head -n 1)" "sbin/$package"; done
  rm -rf unpacked
}

folder=$cache/slurm-$(. /etc/os-release && echo "${ID:-linux}-${VERSION_ID:-}")-$(uname -m)
if ! [ -d "$folder" ]; then
  mkdir -p "$cache"
  # Under a name of its own first, so that nobody runs half of it. Renaming fails where another was sooner.
  part=$(mktemp -d "$folder.XXXXXX")
  trap 'rm -rf "$part"' EXIT
  cd "$part"
  unpack
  cd "$here"
  mv -T "$part" "$folder" 2>/dev/null || [ -d "$folder" ]
fi
for program in sbin/slurmctld sbin/slurmd; do
  LD_LIBRARY_PATH=$folder/lib "$folder/$program" -V >/dev/null 2>&1 ||
    unavailable "Debian's does not run: $(LD_LIBRARY_PATH=$folder/lib "$folder/$program" -V 2>&1 | head -n 1)"
done
# The tests' cluster is one user on one machine, and has no keys.
for plugin in auth_none cred_none; do
  [ -e "$folder/lib/$plugin.so" ] || unavailable "this version has no $plugin"
done
echo "$folder"
