#!/usr/bin/env bash
# Prints the path of a Chromium, which the tests in test/browser drive without a window.
#
# Environment: CHROMIUM, the program (otherwise the first that is found of the usual names)
# Exit codes:  0 done; 3 this machine has none; others: CHROMIUM names no program
set -euo pipefail

readonly UNAVAILABLE=3

if [ -n "${CHROMIUM:-}" ]; then
  command -v "$CHROMIUM" || { echo "CHROMIUM names no program: $CHROMIUM" >&2; exit 1; }
  exit
fi
for candidate in chromium chromium-browser google-chrome google-chrome-stable /usr/bin/chromium; do
  if command -v "$candidate"; then exit; fi
done
echo 'no Chromium found (on Debian: apt-get install chromium; elsewhere name one by CHROMIUM)' >&2
exit "$UNAVAILABLE"
