#!/usr/bin/env bash
# Prints the path of the Java that Spark runs on: version 17 or later.
#
# Environment: JAVA_HOME, where it is (otherwise the one of the PATH), as Spark takes it
# Exit codes:  0 done; 3 this machine has none, stderr says so
set -euo pipefail

readonly UNAVAILABLE=3
java=${JAVA_HOME:+$JAVA_HOME/bin/}java

version=$("$java" -version 2>&1 | sed -n 's/.* version "\([0-9]*\).*/\1/p') || version=
if [ "${version:-0}" -lt 17 ]; then
  echo "no Java 17 or later found for Spark: ${version:+version $version of }$java (on Debian: apt-get install default-jre-headless)" >&2
  exit "$UNAVAILABLE"
fi
command -v "$java"
