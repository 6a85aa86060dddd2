#!/usr/bin/env bash
# Prints the path of a Python that has exactly the packages of a file of requirements. Where there is none yet it is made,
# in the cache and not in the checkout; that takes a minute or two and, of requirements.txt and requirements-torch.txt each,
# some 2 GB.
#
# Usage:       environment.sh [FILE [PIN]], a file beside this one (otherwise requirements.txt), and a package in another
#              version than the file has, such as tensorflow-datasets==4.1.0. The file may have a line `# python: 3.11` where
#              its packages run on that version alone.
# Environment: PYTHON, the Python to make it with (otherwise the first fitting one of the PATH); and see cache.sh
# Exit codes:  0 done; 3 this machine has no fitting Python, stderr says what is missing; others: making it failed
set -euo pipefail

readonly UNAVAILABLE=3
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
requirements=$here/${1:-requirements.txt}
pin=${2:-}
versions=$(sed -n 's/^# python: //p' "$requirements")
# shellcheck source=cache.sh
. "$here/cache.sh"

# Says why a Python does not fit, or nothing. TensorFlow has wheels for these versions; Debian parts venv from Python.
fault_of() {
  "$1" - "$versions" 2>/dev/null <<'PYTHON' || echo "$1 does not run"
import platform
import sys

version = '.'.join(platform.python_version_tuple()[:2])
needed = sys.argv[1] or '3.11 3.12 3.13'
if version not in needed.split():
    print(f'{sys.executable} is Python {platform.python_version()}, and {needed} is needed')
else:
    try:
        import ensurepip, venv
    except ImportError as error:
        print(f'{sys.executable} has no {error.name} (on Debian: apt-get install python3-venv)')
PYTHON
}

find_python() {
  local candidate fault faults=''
  for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
    command -v "$candidate" >/dev/null || continue
    fault=$(fault_of "$candidate")
    if [ -z "$fault" ]; then
      echo "$candidate"
      return
    fi
    faults+="  $fault"$'\n'
  done
  printf 'no fitting Python for the readers: Python %s with venv is needed\n%s' "${versions:-3.11 to 3.13}" "${faults:-  no ${PYTHON:-python3} found
}" >&2
  return "$UNAVAILABLE"
}

# The environment's name: another requirement or another Python is another environment.
key_of() {
  "$1" - "$requirements" <<'PYTHON'
import hashlib
import platform
import sys

with open(sys.argv[1], 'rb') as file:
    content = file.read()
print(hashlib.sha256(content + platform.python_version().encode()).hexdigest()[:16])
PYTHON
}

make_environment() {
  rm -rf "$environment"
  echo "making the Python environment of the readers' tests: $environment" >&2
  "$python" -m venv "$environment" >&2
  # The few packages without a wheel are built with the pinned setuptools too: pip before 25.3 takes that from the first
  # variable, later ones from the second.
  PIP_CONSTRAINT=$requirements PIP_BUILD_CONSTRAINT=$requirements "$environment/bin/python" -m pip \
    install --no-input --disable-pip-version-check --quiet --no-deps --requirement "$requirements" >&2
  check_environment
  touch "$stamp"
}

# A package in another version is a folder of its own, and a Python that looks there first.
make_pinned() {
  rm -rf "$pinned"
  "$environment/bin/python" -m pip install --no-input --disable-pip-version-check --quiet --no-deps --target "$pinned" "$pin" >&2
  printf '#!/bin/sh\nPYTHONPATH=%s exec %s "$@"\n' "'$pinned'" "'$environment/bin/python'" >"$pinned/python"
  chmod +x "$pinned/python"
}

# Nothing that a package requires is missing but what the file has left out on purpose, in a line `# without: NAME NAME`.
check_environment() {
  local without missing
  without=$(sed -n 's/^# without: //p' "$requirements" | tr ' ' '\n' | sed 's/.*/ requires &, which is not installed./')
  missing=$("$environment/bin/python" -m pip check --disable-pip-version-check) && return
  missing=$(grep -vF "${without:-nothing}" <<<"$missing") || return 0
  echo "$missing" >&2
  return 1
}

python=$(find_python)
environment=$cache/python-$(key_of "$python")
stamp=$environment/complete

mkdir -p "$cache"
# One at a time, and a lock that ends with the process that holds it. Python takes it for this shell, whose file it is:
# there is no `flock` on every system.
exec 9>"$environment.lock"
"$python" -c 'import fcntl; fcntl.flock(9, fcntl.LOCK_EX)'
# The interpreter that an environment links to may have gone since.
if ! [ -e "$stamp" ] || ! "$environment/bin/python" -c '' 2>/dev/null; then
  make_environment
fi
if [ -z "$pin" ]; then
  echo "$environment/bin/python"
  exit
fi
pinned=$environment/pinned/$pin
[ -x "$pinned/python" ] || make_pinned
echo "$pinned/python"
